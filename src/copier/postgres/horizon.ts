import { setTimeout as sleep } from 'node:timers/promises';
import { notesSchema } from '../../adapters/postgres/clients.js';
import type { PostgresSession } from '../../adapters/postgres/session.js';
import { failure } from '../../errors.js';
import type { WriteHorizon } from '../../model/copier-postgres.js';

const firstWithSnapshotFunctions = 130_000;
/** A server tells its counters a second late at most. */
const countersLateMs = 1500;

/**
 * What the next transaction that writes would be called, and how many rows of users' tables were ever written. Reading, VACUUM and CHECKPOINT leave the first,
 * any write moves it, ANALYZE too, which leaves the second. The WAL's position is no such proof: it moves by itself.
 */
export async function readHorizon(session: PostgresSession): Promise<WriteHorizon> {
  const xmax = session.version >= firstWithSnapshotFunctions ? 'pg_snapshot_xmax(pg_current_snapshot())' : 'txid_snapshot_xmax(txid_current_snapshot())';
  const [row] = await session.query<{ id: string; timeline: number; xmax: string; written: string }>(
    `SELECT s.system_identifier::text AS id, c.timeline_id AS timeline, ${xmax}::text AS xmax,
       (SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::text FROM pg_stat_user_tables t JOIN pg_class c ON c.oid = t.relid
         WHERE c.relkind = 'r' AND t.schemaname <> '${notesSchema}') AS written
     FROM pg_control_system() s, pg_control_checkpoint() c`,
  );
  return { systemIdentifier: row?.id ?? '', timeline: row?.timeline ?? 0, xmax: row?.xmax ?? '', rowsWritten: row?.written ?? '' };
}

const isSameServer = (before: WriteHorizon, after: WriteHorizon): boolean =>
  before.systemIdentifier === after.systemIdentifier && before.timeline === after.timeline;

/** Nobody wrote to the database since `before`, or SourceChanged. Where transactions went on, as for autovacuum or another database, no row of a table may be among them. */
export async function requireStill(session: PostgresSession, before: WriteHorizon): Promise<WriteHorizon> {
  const now = await readHorizon(session);
  if (isSameServer(before, now) && now.xmax === before.xmax) return now;
  await sleep(countersLateMs);
  const after = await readHorizon(session);
  if (isSameServer(before, after) && after.rowsWritten === before.rowsWritten) return after;
  throw failure(
    'SourceChanged',
    `${session.name} was written to while it was read: its next transaction was ${before.xmax} and is ${after.xmax}, its tables took ${before.rowsWritten} writes and now ${after.rowsWritten}.`,
    { details: { before, after } },
  );
}
