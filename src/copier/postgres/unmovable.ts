import type { PostgresSession } from '../../adapters/postgres/session.js';
import { type DataTable, foreignSchemas, showTable } from './tables.js';

const foreignTables = `
  SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'f' AND ${foreignSchemas} ORDER BY 1
`;

const subscriptions = 'SELECT subname AS name FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1';

const slots = 'SELECT slot_name AS name FROM pg_replication_slots WHERE database = current_database() ORDER BY 1';

/** Of the database as a whole, and of what lies elsewhere in it. */
const tablespaces = `
  SELECT spcname AS name FROM pg_tablespace WHERE spcname NOT IN ('pg_default', 'pg_global') AND oid IN (
    SELECT reltablespace FROM pg_class UNION SELECT dattablespace FROM pg_database WHERE datname = current_database()) ORDER BY 1
`;

const prepared = 'SELECT gid AS name FROM pg_prepared_xacts WHERE database = current_database() ORDER BY 1';

/** Types that version 12 took away, and values that mean something on their own server only. */
const goneTypes = new Set(['abstime', 'reltime', 'tinterval']);

const names = async (session: PostgresSession, query: string): Promise<readonly string[]> =>
  (await session.query<{ name: string }>(query)).map(({ name }) => name);

const withOids = `
  SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE (to_jsonb(c) ->> 'relhasoids')::boolean AND ${foreignSchemas} ORDER BY 1
`;

/** What can't be moved, and why. */
export async function findProblems(session: PostgresSession, tables: readonly DataTable[], inRecovery: boolean): Promise<readonly string[]> {
  const gone = tables.flatMap((table) =>
    table.columns.filter(({ base }) => base.builtIn && goneTypes.has(base.name)).map(({ name }) => `${showTable(table)}.${name}`),
  );
  const oids = await names(session, withOids);
  const unlogged = inRecovery ? tables.filter(({ persistence }) => persistence === 'unlogged').map(showTable) : [];
  const open = await names(session, prepared);
  return [
    ...(gone.length > 0 ? [`${gone.join(', ')}: of a type that PostgreSQL 12 took away.`] : []),
    ...(oids.length > 0 ? [`${oids.join(', ')}: made WITH OIDS, which PostgreSQL 12 took away; ALTER TABLE … SET WITHOUT OIDS first.`] : []),
    ...(unlogged.length > 0 ? [`${unlogged.join(', ')}: unlogged tables cannot be read while the server is a standby, as the fence makes it.`] : []),
    ...(open.length > 0 ? [`Prepared transactions are open: ${open.join(', ')}. Commit or roll them back.`] : []),
  ];
}

/** What a copy leaves where it is. */
export interface LeftBehind {
  readonly foreignTables: readonly string[];
  readonly replicationSlots: readonly string[];
  readonly subscriptions: readonly string[];
  readonly tablespaces: readonly string[];
}

/** Only a superuser sees subscriptions. */
export const findLeftBehind = async (session: PostgresSession, superuser: boolean): Promise<LeftBehind> => ({
  foreignTables: await names(session, foreignTables),
  replicationSlots: await names(session, slots),
  subscriptions: superuser ? await names(session, subscriptions) : [],
  tablespaces: await names(session, tablespaces),
});

/** What a reader should know: what stays behind. */
export const notesOf = (left: LeftBehind, superuser: boolean): readonly string[] => [
  ...(left.foreignTables.length > 0 ? [`Foreign tables are defined anew; their rows stay where they are: ${left.foreignTables.join(', ')}.`] : []),
  ...(left.replicationSlots.length > 0 ? [`Replication slots stay behind: ${left.replicationSlots.join(', ')}.`] : []),
  ...(left.subscriptions.length > 0 ? [`Subscriptions stay behind: ${left.subscriptions.join(', ')}.`] : []),
  ...(left.tablespaces.length > 0
    ? [`Tablespaces stay behind, what lies in them goes where the target puts it by default: ${left.tablespaces.join(', ')}.`]
    : []),
  ...(superuser ? [] : ['The copier is no superuser: roles are made without passwords, and large objects that it may not read are refused.']),
];
