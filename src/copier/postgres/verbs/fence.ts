import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresSession } from '../../../adapters/postgres/session.js';
import { failure } from '../../../errors.js';
import type { FencedDatabase, PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import type { PostgresContext } from '../context.js';
import { shutStatements } from '../fence-marks.js';
import { putOnDisk } from '../put-on-disk.js';
import { withSession } from '../with-session.js';

const attempts = 300;
const pauseMs = 100;

/** Ends whoever came before the doors were shut. Who is told to end may still commit: the fence stands once they are gone. */
async function endSessions(session: PostgresSession, name: string): Promise<number> {
  const [now] = await session.query<{ at: string }>('SELECT clock_timestamp()::text AS at');
  let ended: number | undefined;
  for (let attempt = 1; ; attempt++) {
    const found = await session.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = $1 AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND application_name NOT LIKE 'rehelm%' AND backend_start <= $2::timestamptz`,
      [name, now?.at],
    );
    ended ??= found.length;
    if (found.length === 0) return ended;
    if (attempt === attempts) throw failure('NotReady', `${found.length} sessions in ${name} were told to end and did not.`);
    await sleep(pauseMs);
  }
}

/** A limit of 0 holds out everybody but superusers, also those who are members of something; whoever is in is sent out. */
async function shut(session: PostgresSession, database: FencedDatabase): Promise<number> {
  await session.run(shutStatements(database));
  return endSessions(session, database.name);
}

/** Shuts writers out of databases of a server that goes on. Safe to repeat. */
export const fence = ({ at, captured }: PostgresRequestOf<'fence'>, { open }: PostgresContext): Promise<PostgresResults['fence']> =>
  withSession({ open, at, database: 'postgres' }, async (session) => {
    let ended = 0;
    for (const database of captured.databases) ended += await shut(session, database);
    await putOnDisk(session);
    return { changed: captured.databases.map(({ name }) => name), ended, holes: captured.holes };
  });
