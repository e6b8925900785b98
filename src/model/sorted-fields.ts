/** The same JSON for every order of fields; lists keep theirs. For what is hashed or compared as text. */
export function sortedFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedFields);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([name, held]) => [name, sortedFields(held)]),
  );
}
