import type { PostgresCopyRequest } from '../../model/copier-postgres.js';
import type { AttemptLog } from '../attempt-log.js';
import { CopyProgress } from '../copy-progress.js';
import { RateLimit } from '../rate-limit.js';
import { runSideBySide } from '../run-side-by-side.js';
import { throwIfStopped } from '../stop.js';
import type { PostgresContext } from './context.js';
import { copyUnit } from './copy-unit.js';
import type { Hand } from './hands.js';
import { planLargeObjects } from './large-objects.js';
import { planTable } from './plan-units.js';
import { readTables } from './tables.js';
import type { KnownUnit, Unit } from './unit.js';

const defaultUnitBytes = 256 * 1024 * 1024;

/** As they were cut by whichever attempt came first. */
export async function knownUnits({ source, ledger }: Hand, unitBytes = defaultUnitBytes): Promise<readonly KnownUnit[]> {
  const known = await ledger.units();
  if (known) return known;
  const units: Unit[] = [];
  for (const table of await readTables(source)) units.push(...(await planTable(source, table, unitBytes)));
  units.push(...(await planLargeObjects(source)));
  await ledger.plan(units);
  return units;
}

const counted = ({ estimatedBytes, done }: KnownUnit) => ({ estimatedBytes, ...(done && { done: { records: done.rows, bytes: done.bytes } }) });

/** Copies what has no marker yet. Biggest first, so that none of them is begun last and runs alone. */
export async function copyRows(
  hands: readonly Hand[],
  units: readonly KnownUnit[],
  { epoch, bytesPerSecond = Number.POSITIVE_INFINITY }: PostgresCopyRequest,
  attempts: AttemptLog,
  { podUid, signal, progress: report }: PostgresContext,
): Promise<void> {
  const progress = new CopyProgress(report, units.map(counted));
  const limit = new RateLimit(bytesPerSecond);
  const idle = [...hands];
  const open = units.filter(({ done }) => !done).toSorted((a, b) => b.estimatedBytes - a.estimatedBytes);
  await runSideBySide(open, hands.length, async (unit) => {
    throwIfStopped(signal);
    const hand = idle.pop();
    if (!hand) throw new TypeError('there are as many hands as units under way');
    const onBytes = (bytes: number) => progress.batch(0, bytes, unit.id);
    await copyUnit({ ...hand, epoch, attempts, limit, podUid, signal, onBytes }, unit);
    progress.unitDone(unit.id);
    idle.push(hand);
  });
}
