interface Document {
  readonly paths?: unknown;
  readonly components?: { readonly schemas?: unknown };
}

type Schemas = Record<string, unknown>;

const refsIn = (text: string): ReadonlySet<string> => new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name = '']) => name));

/** Every schema is made for input and for output; what nobody names goes, and what only requests name keeps its plain name. */
export function tidyDocument<D extends Document>(document: D): D {
  const schemas = (document.components?.schemas ?? {}) as Schemas;
  const named = reachable(refsIn(JSON.stringify(document.paths)), schemas);
  const plain = (name: string): string => (name.endsWith('Input') && !named.has(name.slice(0, -5)) ? name.slice(0, -5) : name);
  const kept = Object.fromEntries([...named].sort().map((name) => [name, schemas[name]]));
  const text = JSON.stringify({ ...document, components: { ...document.components, schemas: kept } });
  const renamed = text.replaceAll(/#\/components\/schemas\/(\w+)/g, (_whole, name: string) => `#/components/schemas/${plain(name)}`);
  const told = JSON.parse(renamed) as { components: { schemas: Schemas } };
  told.components.schemas = Object.fromEntries(Object.entries(told.components.schemas).map(([name, schema]) => [plain(name), schema]));
  return told as unknown as D;
}

function reachable(from: ReadonlySet<string>, schemas: Schemas): ReadonlySet<string> {
  const found = new Set(from);
  for (const name of found) for (const next of refsIn(JSON.stringify(schemas[name] ?? {}))) found.add(next);
  return found;
}
