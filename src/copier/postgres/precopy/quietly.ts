import type { PostgresSession } from '../../../adapters/postgres/session.js';

const quiet = `SET log_statement = 'none'; SET log_min_duration_statement = -1; SET log_min_error_statement = 'panic'`;
const usual = 'RESET log_statement; RESET log_min_duration_statement; RESET log_min_error_statement';

/** A statement that holds a password stays out of the server's log, also where it fails. Superusers only. */
export async function quietly<T>(session: PostgresSession, act: () => Promise<T>): Promise<T> {
  await session.run(quiet);
  try {
    return await act();
  } finally {
    await session.run(usual).catch(() => undefined);
  }
}
