import { isMapping, type Values } from '../model/values.js';
import type { TransformedValue, ValuesMap } from '../model/values-map.js';
import { parsePattern, showPath, type ValuesPath, type ValuesPattern } from '../model/values-path.js';
import { applyChange, type Change, describeChange, type Refusal } from './changes.js';
import { convert } from './convert.js';
import { isEqual, isThere, placesOf, valueAt } from './places.js';

export interface Transformed {
  /** The given ones where something is refused. */
  readonly values: Values;
  /** Empty where there is nothing to do. */
  readonly changes: readonly Change[];
  readonly refusals: readonly Refusal[];
}

/**
 * Values of the old chart as those of the new one. In this order: deletes, moves (of sources that hold each other the deeper first), values replaced,
 * transformed, defaults, sets. A mapping that a move or a delete leaves empty goes, too. Applied again it changes nothing; a map that would is refused.
 */
export function transformValues(values: Values, map: ValuesMap): Transformed {
  const once = applyOnce(values, map);
  if (once.refusals.length > 0) return { values, changes: [], refusals: once.refusals };
  const again = applyOnce(once.values, map);
  const unstable = again.changes.map(notStable);
  const refusals = unstable.length > 0 ? unstable : again.refusals;
  return refusals.length > 0 ? { values, changes: [], refusals } : once;
}

const notStable = (change: Change): Refusal => ({
  code: 'notStable',
  path: showPath(change.kind === 'move' ? change.from : change.path),
  message: `a second migration would change it again: it ${describeChange(change)}`,
});

/** Values on their way, with what was done to them. */
interface Draft {
  values: Values;
  readonly changes: Change[];
  readonly refusals: Refusal[];
}

function apply(draft: Draft, change: Change): void {
  draft.values = applyChange(draft.values, change);
  draft.changes.push(change);
}

function applyOnce(values: Values, map: ValuesMap): Transformed {
  const draft: Draft = { values, changes: [], refusals: [] };
  for (const pattern of map.delete) deleteAll(draft, parsePattern(pattern));
  for (const [from, to] of movesOf(map)) moveAll(draft, from, to);
  replaceValues(draft, map);
  for (const each of map.transform) convertAll(draft, each);
  for (const [pattern, value] of Object.entries(map.default)) writeAll(draft, parsePattern(pattern), value, 'default');
  for (const [pattern, value] of Object.entries(map.set)) writeAll(draft, parsePattern(pattern), value, 'set');
  return draft;
}

function deleteAll(draft: Draft, pattern: ValuesPattern): void {
  for (const path of placesOf(draft.values, pattern)) if (isThere(draft.values, path)) apply(draft, { kind: 'delete', path, because: 'delete' });
}

function moveAll(draft: Draft, from: ValuesPattern, to: ValuesPattern): void {
  for (const path of placesOf(draft.values, from)) move(draft, path, targetOf(path, to));
}

const movesOf = ({ move: moves }: ValuesMap): readonly (readonly [ValuesPattern, ValuesPattern])[] =>
  Object.entries(moves)
    .map(([from, to]) => [parsePattern(from), parsePattern(to)] as const)
    .toSorted(([left], [right]) => right.length - left.length);

/** The source's indices stand where the target has `[*]`. */
function targetOf(from: ValuesPath, to: ValuesPattern): ValuesPath {
  return to.map((part, at) => (typeof part === 'symbol' ? from[at]! : part));
}

function move(draft: Draft, from: ValuesPath, to: ValuesPath): void {
  const value = valueAt(draft.values, from);
  if (value === undefined || isBlocked(draft, to)) return;
  const held = valueAt(draft.values, to);
  if (held === undefined) apply(draft, { kind: 'move', from, to });
  else if (isEqual(held, value)) apply(draft, { kind: 'delete', path: from, because: 'sameAt', sameAt: to });
  else if (isMapping(held) && isMapping(value)) mergeInto(draft, from, to, Object.keys(value));
  else
    draft.refusals.push({ code: 'conflict', path: showPath(from), message: `${showPath(to)} is there, too, and says something else: remove one of the two` });
}

function mergeInto(draft: Draft, from: ValuesPath, to: ValuesPath, keys: readonly string[]): void {
  if (keys.length === 0) apply(draft, { kind: 'delete', path: from, because: 'sameAt', sameAt: to });
  for (const key of keys) move(draft, [...from, key], [...to, key]);
}

/** Where something on the way is neither mapping nor list nor empty; said once for each place. */
function isBlocked(draft: Draft, path: ValuesPath): boolean {
  for (const [at, part] of path.entries()) {
    const held = valueAt(draft.values, path.slice(0, at));
    if (held === undefined || held === null || (typeof part === 'number' ? Array.isArray(held) : isMapping(held))) continue;
    const needed = typeof part === 'number' ? 'a list' : 'a mapping';
    draft.refusals.push({ code: 'throughNonMapping', path: showPath(path.slice(0, at)), message: `is not ${needed}, so ${showPath(path)} has no place` });
    return true;
  }
  return false;
}

function writeAll(draft: Draft, pattern: ValuesPattern, value: unknown, because: 'default' | 'set'): void {
  for (const path of placesOf(draft.values, pattern)) {
    const held = valueAt(draft.values, path);
    const isDone = because === 'default' ? held !== undefined : isEqual(held, value);
    if (!isDone && !isBlocked(draft, path)) apply(draft, { kind: 'put', path, value, because });
  }
}

/** What was replaced is not replaced again by a later entry. */
function replaceValues(draft: Draft, { replaceValue }: ValuesMap): void {
  const before = draft.values;
  for (const { at, from, to } of replaceValue)
    for (const path of placesOf(before, parsePattern(at)))
      if (isEqual(valueAt(before, path), from) && !isEqual(from, to)) apply(draft, { kind: 'put', path, value: to, because: 'replaceValue' });
}

function convertAll(draft: Draft, asked: TransformedValue): void {
  for (const path of placesOf(draft.values, parsePattern(asked.at))) {
    const held = valueAt(draft.values, path);
    if (held === undefined) continue;
    const value = convert(held, asked);
    if (value === undefined) draft.refusals.push({ code: 'notConvertible', path: showPath(path), message: `cannot be written as a ${asked.as}` });
    else if (!isEqual(held, value)) apply(draft, { kind: 'put', path, value, because: 'transform' });
  }
}
