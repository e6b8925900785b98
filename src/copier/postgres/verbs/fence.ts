import type { PostgresSession } from '../../../adapters/postgres/session.js';
import type { FencedDatabase, PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import type { PostgresContext } from '../context.js';
import { shutStatements } from '../fence-marks.js';
import { withSession } from '../with-session.js';

/** A limit of 0 holds out everybody but superusers, also those who are members of something; whoever is in is sent out. */
async function shut(session: PostgresSession, database: FencedDatabase): Promise<number> {
  await session.run(shutStatements(database));
  const ended = await session.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = $1 AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND application_name NOT LIKE 'rehelm%'`,
    [database.name],
  );
  return ended.length;
}

/** Shuts writers out of databases of a server that goes on. Safe to repeat. */
export const fence = ({ at, captured }: PostgresRequestOf<'fence'>, { open }: PostgresContext): Promise<PostgresResults['fence']> =>
  withSession({ open, at, database: 'postgres' }, async (session) => {
    let ended = 0;
    for (const database of captured.databases) ended += await shut(session, database);
    return { changed: captured.databases.map(({ name }) => name), ended, holes: captured.holes };
  });
