type Json = Readonly<Record<string, unknown>>;

/** What is compared: two schemas at one place, each with the document that its references lead into. */
export interface Pair {
  readonly at: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface Documents {
  readonly before: Json;
  readonly after: Json;
}

/** What a client sends must still be taken; what it is answered must still be what it can read. */
export type Direction = 'asked' | 'answered';

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const propertiesOf = (schema: Json): Json => (isJson(schema['properties']) ? schema['properties'] : {});

/** The limits of a value: in a request none may come or change, for nobody can tell by machine whether another pattern takes less. */
const limits = ['pattern', 'format', 'minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minItems', 'maxItems', 'const'];

/** Breaking differences between two schemas, in words, with the place where each is. */
export function breakingSchema(pair: Pair, direction: Direction, documents: Documents, seen: ReadonlySet<string> = new Set()): readonly string[] {
  const before = resolved(pair.before, documents.before);
  const after = resolved(pair.after, documents.after);
  const name = isJson(pair.before) && typeof pair.before['$ref'] === 'string' ? pair.before['$ref'] : undefined;
  if (!isJson(before) || !isJson(after) || (name !== undefined && seen.has(name))) return [];
  const inside = name === undefined ? seen : new Set([...seen, name]);
  const deeper = (at: string, left: unknown, right: unknown) => breakingSchema({ at, before: left, after: right }, direction, documents, inside);
  return [
    ...typeChanges(pair.at, before, after),
    ...valueChanges(pair.at, before, after, direction),
    ...propertyChanges(pair.at, before, after, direction),
    ...Object.entries(propertiesOf(before)).flatMap(([each, held]) =>
      each in propertiesOf(after) ? deeper(`${pair.at}.${each}`, held, propertiesOf(after)[each]) : [],
    ),
    ...(before['items'] === undefined ? [] : deeper(`${pair.at}[]`, before['items'], after['items'])),
    ...variantChanges(pair.at, before, after, direction, deeper),
  ];
}

function resolved(schema: unknown, document: Json): unknown {
  if (!isJson(schema) || typeof schema['$ref'] !== 'string') return schema;
  return schema['$ref']
    .split('/')
    .slice(1)
    .reduce<unknown>((held, part) => (isJson(held) ? held[part] : undefined), document);
}

function typeChanges(at: string, before: Json, after: Json): readonly string[] {
  const [was, is] = [before['type'], after['type']].map((type) => JSON.stringify(type));
  return was === is ? [] : [`${at}: was of type ${was}, is of ${is}`];
}

/** A value that may be answered anew is none: clients are told to expect such. */
function valueChanges(at: string, before: Json, after: Json, direction: Direction): readonly string[] {
  if (direction === 'answered') return [];
  const gone = after['enum'] === undefined ? [] : listOf(before['enum']).filter((value) => !listOf(after['enum']).includes(value));
  const narrowed = before['enum'] === undefined && after['enum'] !== undefined ? [`${at}: takes only ${JSON.stringify(after['enum'])} now`] : [];
  const other = limits.filter((limit) => after[limit] !== undefined && after[limit] !== before[limit]);
  const closed = before['additionalProperties'] !== false && after['additionalProperties'] === false ? [`${at}: takes no other properties any more`] : [];
  return [
    ...gone.map((value) => `${at}: no longer takes ${JSON.stringify(value)}`),
    ...narrowed,
    ...other.map((limit) => `${at}: another ${limit}`),
    ...closed,
  ];
}

function propertyChanges(at: string, before: Json, after: Json, direction: Direction): readonly string[] {
  const gone = Object.keys(propertiesOf(before)).filter((name) => !(name in propertiesOf(after)));
  const [needed, needs] = [listOf(before['required']), listOf(after['required'])];
  const demanded = direction === 'asked' ? needs.filter((name) => !needed.includes(name)) : [];
  const unsure = direction === 'answered' ? needed.filter((name) => !needs.includes(name) && !gone.includes(String(name))) : [];
  return [
    ...gone.map((name) => `${at}.${name}: is gone`),
    ...demanded.map((name) => `${at}.${String(name)}: is required now`),
    ...unsure.map((name) => `${at}.${String(name)}: may be absent now`),
  ];
}

const refOf = (schema: unknown): unknown => (isJson(schema) ? schema['$ref'] : undefined);

/** Named alternatives are compared by their names, the others in their order: of those only at the end may one come. In an answer one may go. */
function variantChanges(
  at: string,
  before: Json,
  after: Json,
  direction: Direction,
  deeper: (at: string, left: unknown, right: unknown) => readonly string[],
): readonly string[] {
  return ['oneOf', 'anyOf', 'allOf'].flatMap((word) => {
    const [had, has] = [listOf(before[word]), listOf(after[word])];
    const pairs = had.map((each, index) => ({ each, index, now: refOf(each) === undefined ? has[index] : has.find((other) => refOf(other) === refOf(each)) }));
    const lost = pairs.filter(({ now }) => now === undefined).length;
    const gone = lost > 0 && direction === 'asked' ? [`${at}: ${lost} of its alternatives are gone`] : [];
    return [...gone, ...pairs.flatMap(({ each, index, now }) => (now === undefined ? [] : deeper(`${at}<${index + 1}>`, each, now)))];
  });
}
