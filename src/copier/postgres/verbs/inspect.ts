import type { PostgresSession } from '../../../adapters/postgres/session.js';
import type { PostgresDatabaseInspection, PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import type { PostgresContext } from '../context.js';
import { findRoleNotes } from '../role-notes.js';
import { readRoles } from '../roles.js';
import { maintenanceDatabase } from '../run-notes.js';
import { describeServer } from '../server.js';
import { readTables, showTable } from '../tables.js';
import { findLeftBehind, findProblems, notesOf } from '../unmovable.js';
import { withSession } from '../with-session.js';
import { usersDatabases } from './list-databases.js';

interface Facts {
  readonly bytes: string;
  readonly encoding: string;
  readonly collation: string;
  readonly owner: string;
  readonly largeObjects: string;
}

const facts = `
  SELECT pg_database_size(oid) AS bytes, pg_encoding_to_char(encoding) AS encoding, datcollate AS collation, pg_get_userbyid(datdba) AS owner,
    (SELECT count(*) FROM pg_largeobject_metadata) AS "largeObjects"
  FROM pg_database WHERE datname = current_database()
`;

async function inspectDatabase(session: PostgresSession, name: string): Promise<PostgresDatabaseInspection> {
  const { superuser, inRecovery } = await describeServer(session);
  const [row] = await session.query<Facts>(facts);
  const tables = await readTables(session);
  const left = await findLeftBehind(session, superuser);
  return {
    name,
    exists: true,
    bytes: Number(row?.bytes),
    encoding: row?.encoding ?? '',
    collation: row?.collation ?? '',
    owner: row?.owner ?? '',
    tables: tables.map(({ schema, name: table, bytes, rows }) => ({ schema, name: table, bytes, rows: Math.max(0, Math.round(rows)) })),
    extensions: await session.query<{ name: string; version: string }>('SELECT extname AS name, extversion AS version FROM pg_extension ORDER BY 1'),
    largeObjects: Number(row?.largeObjects),
    unloggedTables: tables.filter(({ persistence }) => persistence === 'unlogged').map(showTable),
    foreignTables: left.foreignTables,
    replicationSlots: left.replicationSlots,
    tablespaces: left.tablespaces,
    roles: (await readRoles(session, false)).map(({ name: role }) => role),
    problems: await findProblems(session, tables, inRecovery),
    notes: [...(await findRoleNotes(session)), ...notesOf(left, superuser)],
  };
}

const absent = (name: string): PostgresDatabaseInspection => ({
  ...{ name, exists: false, bytes: 0, encoding: '', collation: '', owner: '', largeObjects: 0 },
  ...{ tables: [], extensions: [], unloggedTables: [], foreignTables: [], replicationSlots: [], tablespaces: [], roles: [], problems: [], notes: [] },
});

const hasUnlogged = `SELECT EXISTS (SELECT FROM pg_class WHERE relpersistence = 'u') AS unlogged`;

/** Reads only. Sizes are the server's own, good enough to plan with. */
export async function inspect({ at, databases }: PostgresRequestOf<'inspect'>, { open }: PostgresContext): Promise<PostgresResults['inspect']> {
  const look = <T>(database: string, use: (session: PostgresSession) => Promise<T>) => withSession({ open, at, database, readOnly: true }, use);
  const namesBy = async (session: PostgresSession, query: string) => (await session.query<{ name: string }>(query)).map(({ name }) => name);
  const [{ version, major, systemIdentifier }, there, users] = await look(maintenanceDatabase, async (session) => [
    await describeServer(session),
    await namesBy(session, 'SELECT datname AS name FROM pg_database WHERE datallowconn ORDER BY 1'),
    await namesBy(session, usersDatabases),
  ]);
  const inspected: PostgresDatabaseInspection[] = [];
  for (const database of databases)
    inspected.push(there.includes(database) ? await look(database, (session) => inspectDatabase(session, database)) : absent(database));
  const unlogged: string[] = [];
  for (const database of there) {
    const [row] = await look(database, (session) => session.query<{ unlogged: boolean }>(hasUnlogged));
    if (row?.unlogged) unlogged.push(database);
  }
  const others = users.filter((name) => !databases.includes(name));
  return { server: `PostgreSQL ${version}`, major, systemIdentifier, unlogged, others, databases: inspected };
}
