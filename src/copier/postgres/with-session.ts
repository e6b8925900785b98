import type { OpenPostgres, PostgresSession } from '../../adapters/postgres/session.js';
import type { PostgresServer } from '../../model/postgres-facts.js';

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

/** Lends what opens sessions for the time of `use`, at the end of which all of them end. */
export async function withSessions<T>(use: (open: typeof openSession) => Promise<T>): Promise<T> {
  const opened: Promise<PostgresSession>[] = [];
  const open = (place: SessionPlace) => {
    const session = openSession(place);
    opened.push(session);
    return session;
  };
  try {
    return await use(open);
  } finally {
    // One that is still on its way when another has failed comes to its end, too.
    const all = await Promise.allSettled(opened);
    await Promise.all(all.map((each) => each.status === 'fulfilled' && each.value.close()));
  }
}

/** At least one: the first by itself, since it tells best why there can be none; the others side by side. */
export const several = async <T>(count: number, one: () => Promise<T>): Promise<readonly [T, ...T[]]> => [
  await one(),
  ...(await Promise.all(Array.from({ length: count - 1 }, one))),
];

/** Lends a session for the time of `use`. */
export async function withSession<T>(place: SessionPlace, use: (session: PostgresSession) => Promise<T>): Promise<T> {
  const session = await openSession(place);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}
