import { jsonSchemaTransform } from 'fastify-type-provider-zod';

type Fields = { readonly [name: string]: unknown };
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What routes say of the headers of their answers, which the transformation of schemas drops. */
export const transformWithHeaders: typeof jsonSchemaTransform = (input) => {
  const made = jsonSchemaTransform(input);
  const given: unknown = input.schema?.response;
  const answers: unknown = made.schema['response'];
  if (!isFields(given) || !isFields(answers)) return made;
  for (const [status, answer] of Object.entries(answers)) {
    const said = given[status];
    if (isFields(answer) && isFields(said) && said['headers'] !== undefined) Object.assign(answer, { headers: said['headers'] });
  }
  return made;
};

/** Each is there whenever the answer is. */
export function requireHeaders<D>(document: D): D {
  const required = (headers: Fields) => Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, { required: true, ...(header as object) }]));
  return JSON.parse(JSON.stringify(document), (_key, value: unknown) =>
    isFields(value) && typeof value['description'] === 'string' && isFields(value['headers']) ? { ...value, headers: required(value['headers']) } : value,
  ) as D;
}
