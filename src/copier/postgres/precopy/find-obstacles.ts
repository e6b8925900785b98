import { isDeepStrictEqual } from 'node:util';
import { type PostgresSession, quoteName, quoteText } from '../../../adapters/postgres/session.js';
import { isFailure } from '../../../errors.js';
import type { PrecopyDatabases } from '../../../model/copier-postgres-precopy.js';
import { describeServer } from '../server.js';
import { foreignSchemas, readTables, showTable } from '../tables.js';
import { findProblems } from '../unmovable.js';
import { connectionText } from './connection-text.js';

const firstWithPublications = 100_000;
const firstWithOrigins = 180_000;

const names = async (session: PostgresSession, query: string): Promise<readonly string[]> =>
  (await session.query<{ name: string }>(query)).map(({ name }) => name);

/** A change of a row without a key would be refused by the source once the table is published: the product would break. */
const keyless = `
  SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND ${foreignSchemas} AND (c.relreplident = 'n' OR c.relreplident = 'd' AND NOT EXISTS (
    SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND i.indisvalid)) ORDER BY 1
`;

const ofExtensions = `
  SELECT n.nspname || '.' || c.relname AS name FROM pg_extension x, unnest(x.extconfig) AS config JOIN pg_class c ON c.oid = config
  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' ORDER BY 1
`;

async function contentObstacles(source: PostgresSession, inRecovery: boolean): Promise<readonly string[]> {
  const tables = await readTables(source);
  const unlogged = tables.filter(({ persistence }) => persistence === 'unlogged').map(showTable);
  const [without, extensions] = [await names(source, keyless), await names(source, ofExtensions)];
  const [objects] = await source.query<{ count: string }>('SELECT count(*) AS count FROM pg_largeobject_metadata');
  const large = Number(objects?.count ?? 0);
  return [
    ...(await findProblems(source, tables, inRecovery)),
    ...(without.length > 0 ? [`${without.join(', ')}: neither primary key nor replica identity; give it a key, or REPLICA IDENTITY FULL.`] : []),
    ...(unlogged.length > 0 ? [`${unlogged.join(', ')}: unlogged tables are not replicated; ALTER TABLE … SET LOGGED first.`] : []),
    ...(extensions.length > 0 ? [`${extensions.join(', ')}: rows of an extension's own table are not replicated.`] : []),
    ...(large > 0 ? [`${large} large objects: they are not replicated.`] : []),
  ];
}

interface SourceRoom {
  readonly walLevel: string;
  readonly slots: string;
  readonly senders: string;
}

const sourceRoom = `
  SELECT current_setting('wal_level') AS "walLevel",
    current_setting('max_replication_slots')::integer - (SELECT count(*) FROM pg_replication_slots) AS slots,
    current_setting('max_wal_senders')::integer - (SELECT count(*) FROM pg_stat_replication) AS senders
`;

interface TargetRoom {
  readonly workers: string;
  readonly origins: string;
  readonly syncWorkers: string;
}

const targetRoom = (version: number): string => `
  SELECT least(current_setting('max_logical_replication_workers'), current_setting('max_worker_processes'))::integer
      - (SELECT count(*) FROM pg_stat_subscription WHERE pid IS NOT NULL) AS workers,
    current_setting('${version >= firstWithOrigins ? 'max_active_replication_origins' : 'max_replication_slots'}')::integer
      - (SELECT count(*) FROM pg_replication_origin) AS origins,
    current_setting('max_sync_workers_per_subscription') AS "syncWorkers"
`;

/** One for the whole, and one for each table that is fetched at the time. */
async function roomObstacles(source: PostgresSession, target: PostgresSession): Promise<readonly string[]> {
  const [here] = await source.query<SourceRoom>(sourceRoom);
  const [there] = await target.query<TargetRoom>(targetRoom(target.version));
  const needed = 1 + Number(there?.syncWorkers ?? 0);
  const lacks = (free: string | undefined, what: string) => (Number(free) < needed ? [`${what}: ${free} free, ${needed} needed.`] : []);
  return [
    ...(here?.walLevel === 'logical' ? [] : [`The source has wal_level = ${here?.walLevel}; it takes logical, and a restart.`]),
    ...lacks(here?.slots, "The source's replication slots (max_replication_slots)"),
    ...lacks(here?.senders, "The source's WAL senders (max_wal_senders)"),
    ...lacks(there?.workers, "The target's workers for replication (max_logical_replication_workers, max_worker_processes)"),
    ...lacks(
      there?.origins,
      `The target's replication origins (${target.version >= firstWithOrigins ? 'max_active_replication_origins' : 'max_replication_slots'})`,
    ),
  ];
}

/** What a server says to somebody whom it does not know: it was reached. */
const wasReached = /password authentication failed|role .* does not exist|is not permitted to log in/;

/** The target's server tries to log in as nobody, in a transaction that is rolled back: no secret goes there for it. */
async function reachObstacles(target: PostgresSession, { source, from }: PrecopyDatabases): Promise<readonly string[]> {
  const connection = connectionText(source, from, { name: 'rehelm_probe', password: 'none' });
  const probe = quoteName('rehelm_probe');
  try {
    await target.inTransaction(async () => {
      await target.run(
        `CREATE SUBSCRIPTION ${probe} CONNECTION ${quoteText(connection)} PUBLICATION ${probe} WITH (enabled = false, create_slot = false, slot_name = NONE, copy_data = false)`,
      );
      await target.run('ROLLBACK; BEGIN');
    });
    return [];
  } catch (error) {
    if (!isFailure(error, 'Unreachable', 'Invalid', 'Forbidden', 'WrongPassword')) throw error;
    return wasReached.test(error.message) ? [] : [`The target's server does not reach the source at ${source.host}: ${error.message}`];
  }
}

async function serverObstacles(source: PostgresSession, target: PostgresSession, { at, source: other }: PrecopyDatabases): Promise<readonly string[]> {
  const identify = async (session: PostgresSession) => (await session.query('SELECT system_identifier::text AS id FROM pg_control_system()'))[0];
  const isOne = (at.host === other.host && (at.port ?? 5432) === (other.port ?? 5432)) || isDeepStrictEqual(await identify(source), await identify(target));
  const [here, there] = [await describeServer(source), await describeServer(target)];
  const superusers = [...(here.superuser ? [] : ['source']), ...(there.superuser ? [] : ['target'])];
  return [
    ...(isOne ? ['Source and target are one server, or behind one Service: they never live side by side.'] : []),
    ...(superusers.length > 0 ? [`The copier is no superuser of the ${superusers.join(' and the ')}.`] : []),
    ...(here.inRecovery ? ['The source is a standby: nothing can be published there.'] : []),
    ...(there.inRecovery ? ['The target is a standby.'] : []),
  ];
}

/** Why a database cannot be copied ahead, as things are: one sentence each. Changes nothing. `source` is in the database, `target` anywhere on its server. */
export async function findObstacles(source: PostgresSession, target: PostgresSession, databases: PrecopyDatabases): Promise<readonly string[]> {
  if (source.version < firstWithPublications) return ['The source is older than PostgreSQL 10, which knows no publications.'];
  const servers = await serverObstacles(source, target, databases);
  if (servers.length > 0) return servers;
  return [...(await contentObstacles(source, false)), ...(await roomObstacles(source, target)), ...(await reachObstacles(target, databases))];
}
