import type { Accounting } from '../model/copier-requests.js';

export interface UnitRow {
  readonly unit: string;
  /** How much it was, and who has finished it. */
  readonly done?: { readonly bytes: number; readonly podUid: string };
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
  const bytesOf = ({ unit, done }: UnitRow) => done?.bytes ?? Math.max(0, ...attempts.filter((row) => row.unit === unit).map((row) => row.bytes));
  const once = sum(units.map(bytesOf));
  const known = new Set(units.map(({ unit }) => unit));
  const own = attempts.filter(({ unit }) => known.has(unit));
  return {
    units: units.length,
    unitsDone: units.filter(({ done }) => done !== undefined).length,
    attempts: own.length,
    bytes: once,
    bytesCopiedTwice: Math.max(0, sum(own.map(({ bytes }) => bytes)) - once),
    mostBytesOfOnePod: Math.max(0, ...lostByPod(units, own).values()),
  };
}

/** What was read of a unit by whoever did not finish it; of one that nobody has finished, in all attempts but the longest. */
function lostByPod(units: readonly UnitRow[], attempts: readonly AttemptRow[]): ReadonlyMap<string, number> {
  const lost = new Map<string, number>();
  const finishers = new Map(units.map(({ unit, done }) => [unit, done?.podUid]));
  for (const [unit, ofUnit] of Map.groupBy(attempts, (attempt) => attempt.unit)) {
    const longest = ofUnit.reduce((one, other) => (other.bytes > one.bytes ? other : one));
    const kept = finishers.get(unit) ?? longest.podUid;
    for (const { podUid, bytes } of ofUnit) if (podUid !== kept) lost.set(podUid, (lost.get(podUid) ?? 0) + bytes);
  }
  return lost;
}
