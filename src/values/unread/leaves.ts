import { isMapping, type Values } from '../../model/values.js';
import type { ValuesPath } from '../../model/values-path.js';
import { valueAt } from '../places.js';

/** A value that holds no other: a scalar, or an empty mapping or list. */
export interface Leaf {
  readonly path: ValuesPath;
  readonly value: unknown;
}

export function leavesOf(value: unknown, path: ValuesPath = []): readonly Leaf[] {
  if (Array.isArray(value) && value.length > 0) return value.flatMap((item, index) => leavesOf(item, [...path, index]));
  if (isMapping(value) && Object.keys(value).length > 0) return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
  return path.length === 0 ? [] : [{ path, value }];
}

const isBelow = (path: ValuesPath, top: ValuesPath): boolean => top.length <= path.length && top.every((part, at) => path[at] === part);

/** The fewest paths that hold just these leaves of the values: a mapping in place of all that is in it, but for one that the chart has, too. */
export function topsOf(values: Values, some: readonly Leaf[], defaults: Values): readonly ValuesPath[] {
  const all = leavesOf(values);
  const isWhole = (top: ValuesPath) =>
    !isMapping(valueAt(defaults, top)) && all.every((leaf) => !isBelow(leaf.path, top) || some.some((each) => sameAs(each, leaf)));
  const tops = some.map(({ path }) => {
    const length = path.findIndex((_, at) => at > 0 && isWhole(path.slice(0, at)));
    return length < 0 ? path : path.slice(0, length);
  });
  return tops.filter((top, at) => tops.findIndex((other) => isBelow(top, other) && isBelow(other, top)) === at);
}

const sameAs = (left: Leaf, right: Leaf): boolean => isBelow(left.path, right.path) && left.path.length === right.path.length;

/** Values of the user over those of the chart; null takes a default away. */
export function coalesce(defaults: Values, wanted: Values): Values {
  const result: Record<string, unknown> = { ...defaults };
  for (const [key, value] of Object.entries(wanted)) {
    const below = result[key];
    if (value === null) delete result[key];
    else result[key] = isMapping(below) && isMapping(value) ? coalesce(below, value) : value;
  }
  return result;
}
