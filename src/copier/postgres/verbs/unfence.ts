import { quoteName, quoteText } from '../../../adapters/postgres/session.js';
import type { FencedDatabase, PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import type { PostgresContext } from '../context.js';
import { keptLimit } from '../database-properties.js';
import { withSession } from '../with-session.js';

function reopen({ name, connectionLimit, readOnly }: FencedDatabase): string {
  const database = `ALTER DATABASE ${quoteName(name)}`;
  const setting = readOnly === null ? 'RESET default_transaction_read_only' : `SET default_transaction_read_only = ${quoteText(readOnly)}`;
  return `${database} CONNECTION LIMIT ${connectionLimit}; ${database} RESET ${keptLimit}; ${database} ${setting}`;
}

/** Puts back what was captured. A database that is gone is passed over. Safe to repeat, and where nothing was fenced. */
export const unfence = ({ at, captured }: PostgresRequestOf<'unfence'>, { open }: PostgresContext): Promise<PostgresResults['unfence']> =>
  withSession({ open, at, database: 'postgres' }, async (session) => {
    const there = new Set((await session.query<{ name: string }>('SELECT datname AS name FROM pg_database')).map(({ name }) => name));
    const changed = captured.databases.filter(({ name }) => there.has(name));
    for (const database of changed) await session.run(reopen(database));
    return { changed: changed.map(({ name }) => name), missing: captured.databases.map(({ name }) => name).filter((name) => !there.has(name)) };
  });
