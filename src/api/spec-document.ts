import { z } from 'zod';
import type { SpecKinds } from '../model/schema/kinds.js';

type Fields = Record<string, unknown>;

const componentOf = (kind: string): string => `${kind}Spec`;
const refTo = (kind: string): string => `#/components/schemas/${componentOf(kind)}`;

/** In a request a file may stand in for a field: then the field says what it likes, as in the file that people write. */
const fileName = { type: 'string', description: 'Name of a file that comes along in `files` for this field' };

/** The schemas of all kinds for the document: `Spec` with a discriminator, and one `…Spec` per kind, made from the zod schemas that a worker reads with. */
export function specSchemas(kinds: SpecKinds): Readonly<Record<string, Fields>> {
  const names = Object.keys(kinds);
  const spec = {
    description: 'docs/specs.md. What a kind’s schema cannot say is in its description.',
    oneOf: names.map((name) => ({ $ref: refTo(name) })),
    discriminator: { propertyName: 'kind', mapping: Object.fromEntries(names.map((name) => [name, refTo(name)])) },
  };
  return { Spec: spec, ...Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [componentOf(name), schemaOf(kind)])) };
}

function schemaOf({ schema, files, example }: SpecKinds[string]): Fields {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io: 'input', override: ({ jsonSchema }) => explainOpen(jsonSchema) }) as Fields;
  return { ...files.reduce(withFile, made), examples: [example] };
}

/** Open objects are those in which a product's own values stand. */
function explainOpen(schema: Fields): void {
  const { additionalProperties } = schema;
  if (typeof additionalProperties !== 'object' || additionalProperties === null || Object.keys(additionalProperties).length > 0) return;
  schema['description'] ??= 'The product’s own values: keys and values mean what its chart says.';
}

function withFile(schema: Fields, path: readonly string[]): Fields {
  const [name, ...rest] = path;
  if (name === undefined) return { anyOf: [fileName, schema] };
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Fields>>;
  return { ...schema, properties: { ...properties, [name]: withFile(properties[name] ?? {}, rest) } };
}

/** Requests with a spec in them. */
export function specExamples(kinds: SpecKinds): Readonly<Record<string, unknown>> {
  const [example] = Object.values(kinds).map((kind) => kind.example);
  const scheduled = Object.values(kinds).find((kind) => kind.canBeScheduled)?.example ?? example;
  return { PlanRequest: { spec: example }, ScheduleRequest: { spec: scheduled }, StartRequest: { spec: example, plan: '3f2a9c81d0e4' } };
}
