import { type PostgresSession, quoteName } from '../../../adapters/postgres/session.js';
import type { RunNotes } from '../run-notes.js';

/** Which of these databases are there. */
export async function databasesThere({ session }: RunNotes, names: readonly (string | undefined)[]): Promise<ReadonlySet<string>> {
  const found = await session.query<{ name: string }>('SELECT datname AS name FROM pg_database WHERE datname = ANY($1)', [names.filter(Boolean)]);
  return new Set(found.map(({ name }) => name));
}

/** The database that the run has put aside; undefined where nobody had the name that it gave to another. */
export const putAside = async (notes: RunNotes, aside: string | undefined): Promise<string | undefined> =>
  aside !== undefined && (await notes.made('aside', aside)) ? aside : undefined;

export const allowConnections = (session: PostgresSession, database: string, allowed: boolean): Promise<void> =>
  session.run(`ALTER DATABASE ${quoteName(database)} ALLOW_CONNECTIONS ${allowed}`);

export const renameDatabase = (session: PostgresSession, from: string, to: string): Promise<void> =>
  session.run(`ALTER DATABASE ${quoteName(from)} RENAME TO ${quoteName(to)}`);
