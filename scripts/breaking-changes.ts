import { breakingSchema, type Documents } from './breaking-schema.js';

type Json = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: unknown;
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const at = (value: unknown, ...path: readonly string[]): unknown => path.reduce<unknown>((held, name) => (isJson(held) ? held[name] : undefined), value);
const entriesAt = (value: unknown, ...path: readonly string[]): readonly (readonly [string, unknown])[] =>
  Object.entries((at(value, ...path) as Json | undefined) ?? {});

/** What of `after` would break a client that was written for `before`: OpenAPI documents. Empty: nothing. */
export function breakingChanges(before: Json, after: Json): readonly string[] {
  const documents = { before, after };
  return entriesAt(before, 'paths').flatMap(([path, methods]) =>
    entriesAt(methods).flatMap(([method, operation]) => {
      const name = `${method.toUpperCase()} ${path}`;
      const now = at(after, 'paths', path, method);
      return now === undefined ? [`${name}: is gone`] : ofOperation(name, operation, now, documents);
    }),
  );
}

function ofOperation(name: string, before: unknown, after: unknown, documents: Documents): readonly string[] {
  const renamed = at(before, 'operationId') === at(after, 'operationId') ? [] : [`${name}: its operationId was ${String(at(before, 'operationId'))}`];
  return [...renamed, ...ofParameters(name, before, after, documents), ...ofBody(name, before, after, documents), ...ofAnswers(name, before, after, documents)];
}

function ofParameters(name: string, before: unknown, after: unknown, documents: Documents): readonly string[] {
  const had = (at(before, 'parameters') ?? []) as readonly Parameter[];
  const has = (at(after, 'parameters') ?? []) as readonly Parameter[];
  const same = (left: Parameter) => (right: Parameter) => left.name === right.name && left.in === right.in;
  const demanded = has.filter((each) => each.required && !had.find(same(each))?.required);
  const known = had.flatMap((each) => {
    const now = has.find(same(each));
    const place = `${name} ${each.in} ${each.name}`;
    return now ? breakingSchema({ at: place, before: each.schema, after: now.schema }, 'asked', documents) : [`${place}: is gone`];
  });
  return [...demanded.map((each) => `${name} ${each.in} ${each.name}: is required now`), ...known];
}

function ofBody(name: string, before: unknown, after: unknown, documents: Documents): readonly string[] {
  if (at(before, 'requestBody') === undefined && at(after, 'requestBody', 'required') === true) return [`${name}: needs a body now`];
  return entriesAt(before, 'requestBody', 'content').flatMap(([type, content]) => {
    const now = at(after, 'requestBody', 'content', type);
    if (now === undefined) return [`${name}: no longer takes ${type}`];
    return breakingSchema({ at: `${name} body`, before: at(content, 'schema'), after: at(now, 'schema') }, 'asked', documents);
  });
}

function ofAnswers(name: string, before: unknown, after: unknown, documents: Documents): readonly string[] {
  return entriesAt(before, 'responses').flatMap(([status, response]) => {
    if (at(after, 'responses', status) === undefined) return [`${name} ${status}: is gone`];
    return entriesAt(response, 'content').flatMap(([type, content]) => {
      const now = at(after, 'responses', status, 'content', type);
      if (now === undefined) return [`${name} ${status}: no longer answers ${type}`];
      return breakingSchema({ at: `${name} ${status}`, before: at(content, 'schema'), after: at(now, 'schema') }, 'answered', documents);
    });
  });
}
