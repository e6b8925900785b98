import { type PostgresSession, quoteText } from '../../../adapters/postgres/session.js';
import { openSession, type SessionPlace } from '../with-session.js';

/** Sessions that see one moment of a database, and the name under which others join them. */
export interface Snapshot {
  readonly sessions: readonly [PostgresSession, ...PostgresSession[]];
  readonly id: string;
}

const begin = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/** Lends so many sessions in one exported snapshot for the time of `use`. It ends with them. */
export async function withSnapshot<T>(place: SessionPlace, count: number, use: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const opened: PostgresSession[] = [];
  const open = async () => {
    const session = await openSession({ ...place, readOnly: true });
    opened.push(session);
    await session.run(begin);
    return session;
  };
  try {
    const first = await open();
    const [exported] = await first.query<{ id: string }>('SELECT pg_export_snapshot() AS id');
    const id = exported?.id ?? '';
    const join = async () => {
      const session = await open();
      await session.run(`SET TRANSACTION SNAPSHOT ${quoteText(id)}`);
      return session;
    };
    return await use({ sessions: [first, ...(await Promise.all(Array.from({ length: count - 1 }, join)))], id });
  } finally {
    await Promise.all(opened.map((session) => session.close()));
  }
}
