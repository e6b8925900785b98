interface Document {
  readonly paths?: unknown;
  readonly components?: { readonly schemas?: unknown };
}

type Schemas = Record<string, unknown>;

const refsIn = (text: string): ReadonlySet<string> => new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name = '']) => name));

/** Every schema is made for input and for output; what nobody names goes, and what only requests name keeps its plain name. */
export function tidyDocument<D extends Document>(document: D, own: Readonly<Schemas>, examples: Readonly<Schemas>): D {
  const made = (document.components?.schemas ?? {}) as Schemas;
  const schemas: Schemas = { ...made, ...own, ...(made['SpecInput'] !== undefined && { SpecInput: own['Spec'] }) };
  const named = reachable(refsIn(JSON.stringify(document.paths)), schemas);
  const plain = (name: string): string => (name.endsWith('Input') && !named.has(name.slice(0, -5)) ? name.slice(0, -5) : name);
  const kept = Object.fromEntries([...named].sort().map((name) => [name, schemas[name]]));
  const text = JSON.stringify({ ...document, components: { ...document.components, schemas: kept } });
  const renamed = text.replaceAll(/#\/components\/schemas\/(\w+)/g, (_whole, name: string) => `#/components/schemas/${plain(name)}`);
  const told = JSON.parse(renamed) as { components: { schemas: Schemas } };
  told.components.schemas = Object.fromEntries(Object.entries(told.components.schemas).map(([name, schema]) => withExample(plain(name), schema, examples)));
  return withoutBodies(told) as unknown as D;
}

/** 204 has no body, whatever its schema is made to. */
function withoutBodies<D>(document: D): D {
  return JSON.parse(JSON.stringify(document), (key, value) => (key === '204' ? { description: value.description } : value)) as D;
}

function withExample(name: string, schema: unknown, examples: Readonly<Schemas>): readonly [string, unknown] {
  const example = examples[name];
  return [name, example === undefined ? schema : { ...(schema as object), examples: [example] }];
}

function reachable(from: ReadonlySet<string>, schemas: Schemas): ReadonlySet<string> {
  const found = new Set(from);
  for (const name of found) for (const next of refsIn(JSON.stringify(schemas[name] ?? {}))) found.add(next);
  return found;
}
