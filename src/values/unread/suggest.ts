import { isMapping } from '../../model/values.js';
import { showPath, type ValuesPath } from '../../model/values-path.js';

/** All paths of mappings and leaves in the values. */
export function pathsIn(value: unknown, path: ValuesPath = []): readonly ValuesPath[] {
  const inner = isMapping(value) ? Object.entries(value).flatMap(([key, each]) => pathsIn(each, [...path, key])) : [];
  return path.length === 0 ? inner : [path, ...inner];
}

const plain = (part: string | number | undefined): string =>
  String(part ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '');

/** A key of the new chart that may be meant: of the same last name, or nearly so; of several the one with most of its way in common. */
export function suggest(path: ValuesPath, known: readonly ValuesPath[]): string | undefined {
  const near = known.map((other) => ({ other, likeness: likeness(path, other) })).filter(({ likeness: found }) => found > 0);
  const best = near.toSorted((left, right) => right.likeness - left.likeness || left.other.length - right.other.length)[0];
  return best && showPath(best.other);
}

function likeness(path: ValuesPath, other: ValuesPath): number {
  const name = plain(path.at(-1));
  const named = nameLikeness(name, plain(other.at(-1)));
  if (named === 0 || other.every((part, at) => part === path[at])) return 0;
  const shared = path.slice(0, -1).filter((part) => other.includes(part)).length;
  // `name`, `size` and the like are everywhere.
  const isTelling = path.length === 1 || shared > 0 || (named >= 4 && plain(other.at(-1)).length > 6);
  return isTelling ? named + shared : 0;
}

const exact = 6;

function nameLikeness(mine: string, theirs: string): number {
  if (mine === theirs) return exact;
  if (Math.min(mine.length, theirs.length) > 3 && (mine.endsWith(theirs) || theirs.endsWith(mine))) return 4;
  if (distance(mine, theirs) <= Math.min(2, Math.floor(mine.length / 4))) return 3;
  return mine.slice(0, 6) === theirs.slice(0, 6) && theirs.length > 5 ? 2 : 0;
}

/** Levenshtein. */
function distance(left: string, right: string): number {
  let row = [...Array(right.length + 1).keys()];
  for (const [at, letter] of [...left].entries()) {
    const made = [at + 1];
    for (const [index, other] of [...right].entries()) made.push(Math.min(row[index + 1]! + 1, made[index]! + 1, row[index]! + (letter === other ? 0 : 1)));
    row = made;
  }
  return row[right.length]!;
}
