import type { Accounting } from '../model/copier.js';

export interface UnitRow {
  readonly unit: string;
  readonly done: boolean;
  /** Known when done. */
  readonly bytes: number;
}

export interface AttemptRow {
  readonly unit: string;
  readonly podUid: string;
  readonly bytes: number;
}

/**
 * bytesCopiedTwice = sum over attempts − sum over units.
 * Attempts at other units are left out. A unit that isn't done counts as much as its longest attempt: what a killed attempt read is not read twice before somebody reads it again.
 */
export function countCopied(units: readonly UnitRow[], attempts: readonly AttemptRow[]): Accounting {
  const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);
  const bytesOf = ({ unit, done, bytes }: UnitRow) => (done ? bytes : Math.max(0, ...attempts.filter((row) => row.unit === unit).map((row) => row.bytes)));
  const once = sum(units.map(bytesOf));
  const known = new Set(units.map(({ unit }) => unit));
  const own = attempts.filter(({ unit }) => known.has(unit));
  return {
    units: units.length,
    unitsDone: units.filter(({ done }) => done).length,
    attempts: own.length,
    bytes: once,
    bytesCopiedTwice: Math.max(0, sum(own.map(({ bytes }) => bytes)) - once),
    mostBytesOfOnePod: Math.max(0, ...lostByPod(own).values()),
  };
}

/** What was read of a unit in all attempts but its longest. */
function lostByPod(attempts: readonly AttemptRow[]): ReadonlyMap<string, number> {
  const lost = new Map<string, number>();
  for (const ofUnit of Map.groupBy(attempts, ({ unit }) => unit).values()) {
    const shorter = ofUnit.toSorted((a, b) => b.bytes - a.bytes).slice(1);
    for (const { podUid, bytes } of shorter) lost.set(podUid, (lost.get(podUid) ?? 0) + bytes);
  }
  return lost;
}
