import type { PostgresSession } from '../../adapters/postgres/session.js';

/** What was committed without waiting for the disk is on it once a later commit is. */
export const putOnDisk = (target: PostgresSession): Promise<void> => target.run('BEGIN; SET LOCAL synchronous_commit = on; SELECT txid_current(); COMMIT');
