import type { PostgresSession } from '../../adapters/postgres/session.js';

/**
 * What was committed without waiting for the disk is on it once this is. A transaction that wrote nothing to the WAL would not wait either, so this one says a word there.
 * Answers the WAL's place behind it.
 */
export async function putOnDisk(session: PostgresSession): Promise<string> {
  return session.inTransaction(async () => {
    await session.run('SET LOCAL synchronous_commit = on');
    const [row] = await session.query<{ lsn: string }>(`SELECT pg_logical_emit_message(true, 'rehelm', '')::text AS lsn`);
    return row?.lsn ?? '';
  });
}
