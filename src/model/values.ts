/** Values as Helm takes them: a JSON object. They may hold secrets: never logged, never in an argument list. */
export type Values = { readonly [key: string]: unknown };

export const isMapping = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);
