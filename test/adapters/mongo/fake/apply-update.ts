import type { Document } from 'mongodb';

/** $max, $set, $addToSet and $pull, as far as the ledger uses them. */
export function applyUpdate(before: Document, { $set = {}, $max = {}, $addToSet = {}, $pull = {} }: Document): Document {
  const raised = Object.entries($max).filter(([field, value]) => Number(before[field] ?? Number.NEGATIVE_INFINITY) < Number(value));
  const list = (field: string) => (before[field] ?? []) as readonly unknown[];
  return {
    ...before,
    ...$set,
    ...Object.fromEntries(raised),
    ...Object.fromEntries(Object.entries($addToSet).map(([field, value]) => [field, [...new Set([...list(field), value])]])),
    ...Object.fromEntries(Object.entries($pull).map(([field, value]) => [field, list(field).filter((one) => one !== value)])),
  };
}
