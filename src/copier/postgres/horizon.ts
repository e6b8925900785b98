import { createHash } from 'node:crypto';
import { notesSchema } from '../../adapters/postgres/clients.js';
import type { PostgresSession } from '../../adapters/postgres/session.js';
import { failure } from '../../errors.js';
import type { WriteHorizon } from '../../model/postgres-facts.js';
import { readSequences } from './sequences.js';
import { untilCounted } from './until-counted.js';

const firstWithSnapshotFunctions = 130_000;

/** Of the database alone, and of definitions: ANALYZE writes statistics, and pages of large objects are counted. */
const catalogs = `
  SELECT quote_ident(relname) AS name FROM pg_class
  WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r' AND NOT relisshared AND has_table_privilege(oid, 'SELECT')
    AND relname NOT IN ('pg_statistic', 'pg_statistic_ext_data', 'pg_largeobject', 'pg_subscription_rel') ORDER BY 1
`;

/** A row that is written anew is of a later transaction than any that was there; VACUUM and what it notes of a table leave that alone. */
async function readDefinitionsMark(session: PostgresSession): Promise<string> {
  const found = await session.query<{ name: string }>(catalogs);
  const each = found.map(({ name }) => `SELECT '${name}' AS name, count(*) AS rows, sum(xmin::text::bigint) AS writers FROM pg_catalog.${name}`);
  const [row] = await session.query<{ mark: string }>(
    `SELECT md5(string_agg(concat_ws(' ', name, rows, writers), ',' ORDER BY name)) AS mark FROM (${each.join(' UNION ALL ')}) each`,
  );
  return row?.mark ?? '';
}

/**
 * What the next transaction that writes would be called, and what tells whether others than autovacuum and other databases were among those since: rows and pages that
 * were ever written, definitions, sequences. Reading, VACUUM and CHECKPOINT leave the first, any write moves it, ANALYZE too, which leaves the rest. The WAL's position is
 * no such proof: it moves by itself.
 */
export async function readHorizon(session: PostgresSession): Promise<WriteHorizon> {
  const [now] = await session.query<{ at: string }>('SELECT clock_timestamp()::text AS at');
  const definitions = await readDefinitionsMark(session);
  const sequences = createHash('md5')
    .update(JSON.stringify(await readSequences(session)))
    .digest('hex');
  // The transactions last: what comes between is told by them.
  const snapshot = session.version >= firstWithSnapshotFunctions ? 'pg_current_snapshot()' : 'txid_current_snapshot()';
  const [row] = await session.query<{ id: string; timeline: number; snapshot: string; written: string; objects: string }>(
    `SELECT s.system_identifier::text AS id, c.timeline_id AS timeline, ${snapshot}::text AS snapshot,
       (SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::text FROM pg_stat_user_tables t JOIN pg_class c ON c.oid = t.relid
         WHERE c.relkind = 'r' AND t.schemaname <> '${notesSchema}') AS written,
       (SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::text FROM pg_stat_sys_tables WHERE relid = 'pg_largeobject'::regclass) AS objects
     FROM pg_control_system() s, pg_control_checkpoint() c`,
  );
  const [, xmax = '', running = ''] = row?.snapshot.split(':') ?? [];
  return {
    ...{ systemIdentifier: row?.id ?? '', timeline: row?.timeline ?? 0, xmax, rowsWritten: row?.written ?? '' },
    ...{ at: now?.at ?? '', running, definitions, sequences, largeObjectsWritten: row?.objects ?? '' },
  };
}

const isSameServer = (before: WriteHorizon, after: WriteHorizon): boolean =>
  before.systemIdentifier === after.systemIdentifier && before.timeline === after.timeline;

/** What an older horizon does not tell says nothing. */
const differs = (before: WriteHorizon, after: WriteHorizon, field: 'running' | 'definitions' | 'sequences' | 'largeObjectsWritten'): boolean =>
  before[field] !== undefined && before[field] !== after[field];

function changesOf(before: WriteHorizon, after: WriteHorizon): readonly string[] {
  return [
    ...(isSameServer(before, after) ? [] : ['it is another server']),
    ...(before.rowsWritten === after.rowsWritten ? [] : [`its tables took ${before.rowsWritten} writes and now ${after.rowsWritten}`]),
    ...(differs(before, after, 'definitions') ? ['a definition changed, or a table was emptied or rewritten'] : []),
    ...(differs(before, after, 'sequences') ? ['a sequence moved'] : []),
    ...(differs(before, after, 'largeObjectsWritten') ? ['large objects were written'] : []),
  ];
}

/**
 * Nobody wrote to the database since `before`, or SourceChanged. Where transactions went on, as for autovacuum or another database, nothing of this one may be among them;
 * NotReady names who was at work in it and may have written what the server does not count yet.
 */
export async function requireStill(session: PostgresSession, before: WriteHorizon): Promise<WriteHorizon> {
  const now = await readHorizon(session);
  if (isSameServer(before, now) && now.xmax === before.xmax && !differs(before, now, 'running')) return now;
  await untilCounted(session, before.at);
  const after = await readHorizon(session);
  const changes = changesOf(before, after);
  if (changes.length === 0) return after;
  throw failure(
    'SourceChanged',
    `${session.name} was written to while it was read: its next transaction was ${before.xmax} and is ${after.xmax}; ${changes.join(', ')}.`,
    { details: { before, after } },
  );
}
