/**
 * The fake cluster copies its whole store with each look; in a product of this size that was nine tenths of a test's time. Its objects are replaced and never
 * changed, so that here a copy is the object itself, frozen: who would change one meets a TypeError. And Jest's sandbox lends structuredClone from outside (see ../one-realm.ts).
 */
globalThis.structuredClone = <T>(value: T): T => frozen(value) as T;

const known = new WeakSet<object>();

function frozen(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || known.has(value)) return value;
  known.add(value);
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}
