/** `1 replica`, `2 replicas`. */
export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;

/** `a, b`; of many only how many: `10 databases`. */
export const namedOrCounted = (names: readonly string[], thing: string): string => (names.length > 3 ? counted(names.length, thing) : names.join(', '));

/** `a, b, c and 5 more`: of many, so many by their names. */
export const firstNamed = (names: readonly string[], most: number): string =>
  names.length > most ? `${names.slice(0, most).join(', ')} and ${names.length - most} more` : names.join(', ');
