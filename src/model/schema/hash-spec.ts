import { createHash } from 'node:crypto';

/** By this a standing approval holds for just this spec: twelve hex digits of the normalized spec, whatever the order in which it was written. */
export const hashSpec = (normalized: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(normalized)))
    .digest('hex')
    .slice(0, 12);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, held]) => [name, sorted(held)]),
  );
}
