type Fields = Readonly<Record<string, unknown>>;

const { isArray } = Array;
const none: ReadonlySet<string> = new Set();

/** Would JSON say the same of both? A field that is undefined is as good as none. Parts that are the same object are not looked into. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return isArray(a) === isArray(b) && sameFields(a, b);
}

/** The same, whatever the fields of these names say. */
export function sameFields(left: object, right: object, besides: ReadonlySet<string> = none): boolean {
  const [a, b] = [left as Fields, right as Fields];
  for (const key in a) if (!besides.has(key) && !sameJson(a[key], b[key])) return false;
  for (const key in b) if (!besides.has(key) && a[key] === undefined && b[key] !== undefined) return false;
  return true;
}
