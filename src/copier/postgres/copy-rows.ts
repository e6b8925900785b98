import type { PostgresCopyRequest, SourceGuardAccount } from '../../model/copier-postgres.js';
import type { AttemptLog } from '../attempt-log.js';
import { CopyProgress } from '../copy-progress.js';
import { RateLimit } from '../rate-limit.js';
import { runByHands } from '../run-side-by-side.js';
import { throwIfStopped } from '../stop.js';
import type { PostgresContext } from './context.js';
import { copyUnit } from './copy-unit.js';
import { type Hand, sourcePlace } from './hands.js';
import { planLargeObjects } from './large-objects.js';
import { planTable } from './plan-units.js';
import { lookAt, SourceGuard } from './source-guard.js';
import { readTables, showTable } from './tables.js';
import type { KnownUnit, Unit } from './unit.js';
import { withSession } from './with-session.js';

const mebibyte = 1024 * 1024;
const biggestUnitBytes = 256 * mebibyte;
/** A smaller table is not worth cutting: what one unit fills alone can be written as frozen. */
const smallestUnitBytes = 64 * mebibyte;

/** Two units for each hand, so that all of them have work to the end. */
export const evenUnitBytes = (totalBytes: number, hands: number): number =>
  Math.min(biggestUnitBytes, Math.max(smallestUnitBytes, Math.ceil(totalBytes / (2 * hands))));

/** As they were cut by whichever attempt came first. */
export async function knownUnits(hands: readonly [Hand, ...Hand[]], wishedBytes?: number): Promise<readonly KnownUnit[]> {
  const { source, ledger } = hands[0];
  const known = await ledger.units();
  if (known) return known;
  const tables = await readTables(source);
  const totalBytes = tables.reduce((sum, { bytes }) => sum + bytes, 0);
  const unitBytes = wishedBytes ?? evenUnitBytes(totalBytes, hands.length);
  const units: Unit[] = [];
  for (const table of tables) units.push(...(await planTable(source, table, unitBytes)));
  units.push(...(await planLargeObjects(source, unitBytes)));
  await ledger.plan(units);
  return units;
}

const counted = ({ estimatedBytes, done }: KnownUnit) => ({ estimatedBytes, ...(done && { done: { records: done.rows, bytes: done.bytes } }) });

interface Copying {
  readonly hands: readonly Hand[];
  readonly units: readonly KnownUnit[];
  readonly request: PostgresCopyRequest;
  readonly attempts: AttemptLog;
  readonly context: PostgresContext;
  /** Told of each table, `schema.name`, that has all its rows; `goesOn` as long as others have units that nobody has begun. */
  readonly onFull: (table: string, hand: Hand, goesOn: () => boolean) => Promise<void>;
}

const tableOf = (unit: Unit): string | undefined => (unit.kind === 'table' ? showTable({ schema: unit.schema, name: unit.table }) : undefined);

/** Copies what has no marker yet. Biggest first, so that none of them is begun last and runs alone. */
async function copyOpen({ hands, units, request, attempts, context, onFull }: Copying, guard?: SourceGuard): Promise<void> {
  const { epoch, bytesPerSecond = Number.POSITIVE_INFINITY } = request;
  const { podUid, signal, progress: report } = context;
  const progress = new CopyProgress((each) => report({ ...each, ...guard?.state }), units.map(counted));
  const limit = new RateLimit(bytesPerSecond);
  const open = units.filter(({ done }) => !done).toSorted((a, b) => b.estimatedBytes - a.estimatedBytes);
  const left = new Map([...Map.groupBy(open, tableOf)].map(([table, its]) => [table, its.length]));
  let waiting = open.length;
  await runByHands(open, hands, async (unit, hand) => {
    waiting -= 1;
    const onBytes = (bytes: number) => progress.batch(0, bytes, unit.id);
    const turn = guard?.join();
    try {
      await turn?.wait();
      throwIfStopped(signal);
      const done = await copyUnit({ ...hand, epoch, attempts, limit, podUid, signal, onBytes, ...(turn && { turn }) }, unit);
      progress.unitDone(unit.id, done?.rows);
    } finally {
      turn?.leave();
    }
    const table = tableOf(unit);
    const others = (left.get(table) ?? 0) - 1;
    left.set(table, others);
    if (table !== undefined && others === 0) await onFull(table, hand, () => waiting > 0);
  });
}

/** Copies what has no marker yet, with an eye on the source unless that is switched off. */
export async function copyRows(copying: Copying): Promise<SourceGuardAccount | undefined> {
  const { request, context, hands } = copying;
  const { guard: wish = {} } = request;
  if (wish === 'off') {
    await copyOpen(copying);
    return undefined;
  }
  const guard = new SourceGuard(hands.length, wish);
  await withSession(sourcePlace(request, context), async (session) => {
    const over = new AbortController();
    const watching = guard.watch(session, await lookAt(session), over.signal);
    try {
      await copyOpen(copying, guard);
    } finally {
      over.abort();
      await watching;
    }
  });
  return guard.account;
}
