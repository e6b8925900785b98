import { isMapping, type Values } from '../model/values.js';
import { eachItem, type ValuesPath, type ValuesPattern } from '../model/values-path.js';

/** What is at the path; undefined where nothing is. */
export const valueAt = (values: unknown, path: ValuesPath): unknown => path.reduce<unknown>(childOf, values);

/** Whether something is at the path, be it null. */
export const isThere = (values: unknown, path: ValuesPath): boolean => valueAt(values, path) !== undefined;

function childOf(held: unknown, part: string | number): unknown {
  if (typeof part === 'number') return Array.isArray(held) ? held[part] : undefined;
  return isMapping(held) && Object.hasOwn(held, part) ? held[part] : undefined;
}

/** The places that the pattern stands for: one per item of the lists that are there, none where a list is not. */
export function placesOf(values: unknown, pattern: ValuesPattern): readonly ValuesPath[] {
  const at = pattern.indexOf(eachItem);
  if (at < 0) return [pattern as ValuesPath];
  const before = pattern.slice(0, at) as ValuesPath;
  const list = valueAt(values, before);
  return Array.isArray(list) ? list.flatMap((_, index) => placesOf(values, [...before, index, ...pattern.slice(at + 1)])) : [];
}

/** A copy with the value at the path. Whatever is no list or no mapping where one is needed gives way, as with Helm's `--set`. */
export function put(at: unknown, [first, ...rest]: ValuesPath, value: unknown): unknown {
  if (first === undefined) return value;
  if (typeof first === 'number') {
    const list: unknown[] = Array.isArray(at) ? [...at] : [];
    while (list.length < first) list.push(null);
    list[first] = put(list[first], rest, value);
    return list;
  }
  return { ...(isMapping(at) ? at : {}), [first]: put(childOf(at, first), rest, value) };
}

/** A copy without what is at the path. A mapping that becomes empty by that goes, too, but for an item of a list, whose place counts. */
export function remove(values: Values, path: ValuesPath): Values {
  const parent = path.slice(0, -1);
  const held = valueAt(values, parent);
  const last = path.at(-1);
  if (!isMapping(held) || typeof last !== 'string') return values;
  const left = Object.fromEntries(Object.entries(held).filter(([key]) => key !== last));
  if (Object.keys(left).length === 0 && typeof parent.at(-1) === 'string') return remove(values, parent);
  return put(values, parent, left) as Values;
}

/** Equal as Helm sees them: the order of keys says nothing. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (Array.isArray(left) && Array.isArray(right)) return left.length === right.length && left.every((each, at) => isEqual(each, right[at]));
  if (!isMapping(left) || !isMapping(right)) return Object.is(left, right) || left === right;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && isEqual(left[key], right[key]));
}
