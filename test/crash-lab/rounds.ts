import type { Point } from './points.js';

/** The points of one run and its rollback. */
export interface Round {
  readonly name: string;
  readonly points: readonly Point[];
}

const isMiddle = ({ row }: Point): boolean => row === 'middle' || row === 'undo-middle';
const numberOf = ({ id }: Point): number => Number(id.split('-').at(-1));

/**
 * The first run dies before each step, at its first gap, and after it, as its rollback does; every other run at one further gap of each step: a gap comes for certain
 * only where nobody has died in the act before.
 */
export function roundsOf(points: readonly Point[]): readonly Round[] {
  const byNumber = Map.groupBy(points, (point) => (isMiddle(point) ? numberOf(point) : 1));
  const numbers = [...byNumber.keys()].sort((a, b) => a - b);
  return numbers.map((number) => ({ name: number === 1 ? 'before, first gap, after' : `gap ${number}`, points: byNumber.get(number)! }));
}
