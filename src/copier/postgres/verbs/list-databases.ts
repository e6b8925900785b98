import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import type { PostgresContext } from '../context.js';
import { withSession } from '../with-session.js';

/** Of users: neither templates nor what takes no connections, nor those that are the server's own. */
export const usersDatabases = `
  SELECT datname AS name FROM pg_database WHERE datallowconn AND NOT datistemplate AND datname NOT IN ('postgres', 'repmgr', 'rehelm') ORDER BY 1
`;

/** Reads only. */
export const listDatabases = ({ at }: PostgresRequestOf<'listDatabases'>, { open }: PostgresContext): Promise<PostgresResults['listDatabases']> =>
  withSession({ open, at, database: 'postgres', readOnly: true }, async (session) => ({
    databases: (await session.query<{ name: string }>(usersDatabases)).map(({ name }) => name),
  }));
