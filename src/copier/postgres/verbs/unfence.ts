import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import type { PostgresContext } from '../context.js';
import { reopenStatements } from '../fence-marks.js';
import { putOnDisk } from '../put-on-disk.js';
import { withSession } from '../with-session.js';

/** Puts back what was captured. A database that is gone is passed over. Safe to repeat, and where nothing was fenced. */
export const unfence = ({ at, captured }: PostgresRequestOf<'unfence'>, { open }: PostgresContext): Promise<PostgresResults['unfence']> =>
  withSession({ open, at, database: 'postgres' }, async (session) => {
    const there = new Set((await session.query<{ name: string }>('SELECT datname AS name FROM pg_database')).map(({ name }) => name));
    const changed = captured.databases.filter(({ name }) => there.has(name));
    for (const database of changed) await session.run(reopenStatements(database));
    if (changed.length > 0) await putOnDisk(session);
    return { changed: changed.map(({ name }) => name), missing: captured.databases.map(({ name }) => name).filter((name) => !there.has(name)) };
  });
