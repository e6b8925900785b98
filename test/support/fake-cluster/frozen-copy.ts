const frozen = new WeakSet<object>();
// Jest's sandbox is slow at looking globals up.
const { isArray } = Array;
const { freeze, keys } = Object;

/**
 * The value as JSON would carry it, frozen: who would change it meets a TypeError. What has been through here once is not copied again but is the same
 * object from then on, so that unchanged parts are compared at a glance; copying and comparing is what tests of a cluster would otherwise wait for.
 */
export function frozenCopy<T>(value: T): T;
export function frozenCopy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || frozen.has(value)) return value;
  const copy = freeze(isArray(value) ? value.map((each) => frozenCopy(each ?? null)) : copyOfFields(value as Readonly<Record<string, unknown>>));
  frozen.add(copy);
  return copy;
}

function copyOfFields(fields: Readonly<Record<string, unknown>>): object {
  const copy: Record<string, unknown> = {};
  for (const key of keys(fields)) if (fields[key] !== undefined) copy[key] = frozenCopy(fields[key]);
  return copy;
}
