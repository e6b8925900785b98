import type { OpenPostgres, PostgresSession } from '../../adapters/postgres/session.js';
import type { PostgresServer } from '../../model/copier-postgres.js';

export interface SessionPlace {
  readonly open: OpenPostgres;
  readonly at: PostgresServer;
  readonly database: string;
  /** Shown in pg_stat_activity behind `rehelm`. */
  readonly run?: string;
  readonly readOnly?: boolean;
}

export const applicationName = (run: string | undefined): string => (run === undefined ? 'rehelm' : `rehelm ${run}`);

export const openSession = ({ open, at, database, run, readOnly }: SessionPlace): Promise<PostgresSession> =>
  open(at, { database, applicationName: applicationName(run), ...(readOnly && { readOnly }) });

/** Lends a session for the time of `use`. */
export async function withSession<T>(place: SessionPlace, use: (session: PostgresSession) => Promise<T>): Promise<T> {
  const session = await openSession(place);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}
