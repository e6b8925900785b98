import { type PostgresSession, quoteText } from '../../../adapters/postgres/session.js';
import { type SessionPlace, several, withSessions } from '../with-session.js';

/** Sessions that see one moment of a database, and the name under which others join them. */
export interface Snapshot {
  readonly sessions: readonly [PostgresSession, ...PostgresSession[]];
  readonly id: string;
}

const begin = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/** Lends so many sessions in one exported snapshot for the time of `use`. It ends with them. */
export const withSnapshot = <T>(place: SessionPlace, count: number, use: (snapshot: Snapshot) => Promise<T>): Promise<T> =>
  withSessions(async (open) => {
    let id: string | undefined;
    const join = async () => {
      const session = await open({ ...place, readOnly: true });
      await session.run(begin);
      if (id === undefined) id = (await session.query<{ id: string }>('SELECT pg_export_snapshot() AS id'))[0]?.id ?? '';
      else await session.run(`SET TRANSACTION SNAPSHOT ${quoteText(id)}`);
      return session;
    };
    const sessions = await several(count, join);
    return use({ sessions, id: id ?? '' });
  });
