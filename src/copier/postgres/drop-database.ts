import { type PostgresSession, quoteName } from '../../adapters/postgres/session.js';
import { isFailure } from '../../errors.js';

/** Who comes back at once, as a pool does, is sent away again. */
const attempts = 20;

const endSessions = (session: PostgresSession, databases: readonly string[]): Promise<readonly { readonly ended: boolean }[]> =>
  session.query<{ ended: boolean }>('SELECT pg_terminate_backend(pid) AS ended FROM pg_stat_activity WHERE datname = ANY($1)', [databases]);

/** Does what PostgreSQL refuses while somebody is connected to one of these. Answers how many connections it ended. */
export async function withoutSessions(session: PostgresSession, databases: readonly string[], act: () => Promise<void>): Promise<number> {
  let ended = 0;
  for (let attempt = 1; ; attempt++) {
    ended += (await endSessions(session, databases)).length;
    try {
      await act();
      return ended;
    } catch (error) {
      if (!isFailure(error, 'Conflict') || attempt === attempts) throw error;
    }
  }
}

/** Without new connections from here on; those that are there end. */
export async function dropDatabase(session: PostgresSession, database: string): Promise<void> {
  await session.run(`ALTER DATABASE ${quoteName(database)} ALLOW_CONNECTIONS false`);
  await withoutSessions(session, [database], () => session.run(`DROP DATABASE ${quoteName(database)}`));
}
