/** The product's version: the image's tag, the chart's version and what `GET /` answers. A test holds them together. */
export const version = '4.41.2';
