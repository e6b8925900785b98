import type { PostgresSession } from '../../../adapters/postgres/session.js';
import { failure } from '../../../errors.js';
import type { CopierProgress } from '../../../model/copier.js';
import { foreignSchemas } from '../tables.js';
import { Patience } from './patience.js';
import { readSlot, type SlotState } from './slot.js';
import type { SourceSide } from './source-side.js';
import type { Subscription, SubscriptionState } from './subscription.js';
import { waitFor } from './wait-for.js';

const mostMs = 500;
/** So little is under way that a cutover is short. */
const nearBytes = 16 * 1024 * 1024;

export interface Following {
  readonly name: string;
  readonly source: PostgresSession;
  readonly target: PostgresSession;
  readonly side: SourceSide;
  readonly subscription: Subscription;
  readonly slotLimitBytes: number;
  readonly totalBytes: number;
  readonly signal: AbortSignal;
  readonly progress: (progress: CopierProgress) => void;
}

export const lostSlot = (name: string): Error =>
  failure('PrecopyLost', `Replication slot ${name} is gone from the source: what was written since is in no copy.`);

/** The slot as it is; PrecopyLost where it is gone or spoilt, or keeps more than it may: then it goes, before the source's disk is full. */
export async function requireSlot(
  source: PostgresSession,
  name: string,
  limit?: { readonly side: SourceSide; readonly slotLimitBytes: number },
): Promise<SlotState> {
  const slot = await readSlot(source, name);
  if (!slot) throw lostSlot(name);
  if (slot.isSpoilt) throw failure('PrecopyLost', `The source took away the WAL of replication slot ${name} (max_slot_wal_keep_size).`);
  if (!limit || slot.keptBytes <= limit.slotLimitBytes) return slot;
  await limit.side.dropSlots();
  throw failure('PrecopyLost', tooMuch(name, slot.keptBytes, limit.slotLimitBytes));
}

export const tooMuch = (name: string, keptBytes: number, slotLimitBytes: number): string =>
  `Replication slot ${name} kept ${keptBytes} bytes of WAL on the source's disk, ${slotLimitBytes} are allowed: it was dropped.`;

export async function requireSubscription(subscription: Subscription, name: string): Promise<SubscriptionState> {
  const state = await subscription.state();
  if (!state) throw failure('PrecopyLost', `Subscription ${name} is gone from the target.`);
  return state;
}

async function bytesThere(target: PostgresSession): Promise<number> {
  const [row] = await target.query<{ bytes: string }>(
    `SELECT coalesce(sum(pg_table_size(c.oid)), 0) AS bytes FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND ${foreignSchemas}`,
  );
  return Number(row?.bytes ?? 0);
}

/** Until every table's rows are there and follow the source. */
export function untilReady(following: Following): Promise<number> {
  const { name, source, target, subscription, totalBytes, signal, progress } = following;
  const startedMs = Date.now();
  const patience = new Patience();
  return waitFor(signal, mostMs, async () => {
    await requireSlot(source, name, following);
    const state = await requireSubscription(subscription, name);
    const bytes = await bytesThere(target);
    patience.require(state, `${bytes} ${state.ready}`);
    const bytesPerSecond = Math.round((bytes * 1000) / Math.max(1, Date.now() - startedMs));
    const total = Math.max(totalBytes, bytes);
    progress({ phase: 'copy', unitsDone: state.ready, unitsTotal: state.tables, records: 0, bytes, totalBytes: total, bytesPerSecond });
    return state.ready === state.tables ? state.tables : undefined;
  });
}

/** Until what is under way is little. Answers how much. */
export function untilNear({ name, source, side, slotLimitBytes, signal }: Following): Promise<number> {
  return waitFor(signal, mostMs, async () => {
    const { lagBytes } = await requireSlot(source, name, { side, slotLimitBytes });
    return lagBytes < nearBytes ? lagBytes : undefined;
  });
}
