/** A refusal as an API server words it; becomes a Status body over HTTP and a failure in memory. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly field?: string; readonly message?: string }[] },
  ) {
    super(message);
  }
}

export const notFound = (what: string): ApiError => new ApiError(404, 'NotFound', `${what} not found`);
export const conflict = (message: string): ApiError => new ApiError(409, 'Conflict', message);
export const forbidden = (message: string): ApiError => new ApiError(403, 'Forbidden', message);
export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message);
export const invalid = (what: string, field: string, message: string): ApiError =>
  new ApiError(422, 'Invalid', `${what} is invalid: ${field}: ${message}`, { causes: [{ reason: 'FieldValueInvalid', field, message }] });
