/** Milliseconds as seconds, to a tenth. */
export const tenths = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;
