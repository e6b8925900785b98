import type { PostgresSession } from '../../../adapters/postgres/session.js';

export interface SlotState {
  /** WAL that it keeps on the source's disk. */
  readonly keptBytes: number;
  /** WAL that the target has not confirmed to be on its own disk. */
  readonly lagBytes: number;
  /** The server took its WAL away: nothing comes of it any more. */
  readonly isSpoilt: boolean;
}

const firstWithWalStatus = 130_000;

/** Undefined where there is none. */
export async function readSlot(source: PostgresSession, name: string): Promise<SlotState | undefined> {
  const spoilt = source.version >= firstWithWalStatus ? "coalesce(wal_status = 'lost', false)" : 'false';
  const [row] = await source.query<{ kept: string | null; lag: string | null; spoilt: boolean }>(
    `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), restart_lsn)::text AS kept, pg_wal_lsn_diff(pg_current_wal_insert_lsn(), confirmed_flush_lsn)::text AS lag,
       ${spoilt} AS spoilt FROM pg_replication_slots WHERE slot_name = $1`,
    [name],
  );
  return row && { keptBytes: Number(row.kept ?? 0), lagBytes: Number(row.lag ?? 0), isSpoilt: row.spoilt };
}

/** Has the target everything up to this place of the source's WAL on its disk? Undefined where there is no slot. */
export async function readConfirmed(
  source: PostgresSession,
  name: string,
  lsn: string,
): Promise<{ readonly isAll: boolean; readonly upTo: string } | undefined> {
  const [row] = await source.query<{ isAll: boolean; upTo: string }>(
    `SELECT coalesce(confirmed_flush_lsn >= $2::pg_lsn, false) AS "isAll", coalesce(confirmed_flush_lsn::text, '') AS "upTo" FROM pg_replication_slots WHERE slot_name = $1`,
    [name, lsn],
  );
  return row;
}
