import { rules } from './expected.js';

type Json = Readonly<Record<string, unknown>>;

export interface Request {
  /** Of the rule: the operation, and which way of asking it. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With `{id}` where a run's goes, or a schedule's. */
  readonly path: string;
  readonly body?: Json;
}

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: { readonly $ref: string } } } };
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

/** Ways of asking that need another role than the operation's plain one. */
const variants: Readonly<Record<string, readonly (readonly [string, Json])[]>> = {
  startRun: [['approved ahead', { plan: '3f2a9c81d0e4' }]],
  decideRun: [['skip', { choice: 'skip' }]],
  rollbackRun: [['with loss', { acceptDataLoss: true }]],
};

/** Every operation of the document with the example of its body; throws for one that no rule is about, and for a rule about none. */
export function requestsOf({ paths, components }: Document): readonly Request[] {
  const found = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => waysOf(operation, { method: method.toUpperCase() as Request['method'], path }, components)),
  );
  const names = found.map(({ name }) => name);
  const apart = [...names.filter((name) => !(name in rules)), ...Object.keys(rules).filter((name) => !names.includes(name))];
  if (apart.length > 0) throw new Error(`the document and the rules differ in ${apart.join('; ')}`);
  return found;
}

function waysOf({ operationId, requestBody }: Operation, at: Pick<Request, 'method' | 'path'>, { schemas }: Document['components']): readonly Request[] {
  const schema = requestBody?.content['application/json'].schema.$ref.split('/').at(-1);
  const [example] = (schema === undefined ? [] : (schemas[schema]?.['examples'] ?? [])) as readonly Json[];
  const body = operationId === 'startRun' ? withoutPlan(example) : example;
  const others = (variants[operationId] ?? []).map(([way, more]) => ({ ...at, name: `${operationId}, ${way}`, body: { ...body, ...more } }));
  return [{ ...at, name: operationId, ...(body && { body }) }, ...others];
}

/** To approve ahead is a way of asking of its own. */
function withoutPlan(example: Json = {}): Json {
  const { plan: _, ...plain } = example;
  return plain;
}
