import type { Values } from '../../adapters/helm/helm.js';
import { failure } from '../../errors.js';
import type { ValuesOverlay } from '../../model/values-source.js';

const key = String.raw`(?:\\.|[^\\.[\]])+`;
const legal = new RegExp(String.raw`^${key}(?:\[\d+\])*(?:\.${key}(?:\[\d+\])*)*$`, 's');
const part = new RegExp(String.raw`\[(\d+)\]|(${key})`, 'gs');

/** As Helm's own limit: a slip of the finger must not fill the memory. */
const maxIndex = 65_536;

/** The values with the overlay applied, path by path in order, as Helm's `--set` reads paths. Invalid where a path makes no sense. */
export function setValues(values: Values, overlay: ValuesOverlay): Values {
  return Object.entries(overlay).reduce<Values>((all, [path, value]) => put(all, partsOf(path), value) as Values, values);
}

function partsOf(path: string): readonly (string | number)[] {
  if (!legal.test(path)) throw failure('Invalid', `${JSON.stringify(path)} is no path of values: expected a.b, a\\.b for a key with a dot, or list[0]`);
  return [...path.matchAll(part)].map(([, index, name = '']) => (index === undefined ? name.replace(/\\(.)/gs, '$1') : indexOf(index, path)));
}

function indexOf(digits: string, path: string): number {
  const index = Number(digits);
  if (index > maxIndex) throw failure('Invalid', `${path}: no list has ${digits} items`);
  return index;
}

/** Copies what it changes. Whatever is no list or no mapping where one is needed gives way, as with Helm. */
function put(at: unknown, [first, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (first === undefined) return value;
  if (typeof first === 'number') {
    const list: unknown[] = Array.isArray(at) ? [...at] : [];
    while (list.length < first) list.push(null);
    list[first] = put(list[first], rest, value);
    return list;
  }
  const object: Readonly<Record<string, unknown>> = typeof at === 'object' && at !== null && !Array.isArray(at) ? { ...at } : {};
  return { ...object, [first]: put(Object.hasOwn(object, first) ? object[first] : undefined, rest, value) };
}
