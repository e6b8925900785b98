import type { PostgresSession } from '../../adapters/postgres/session.js';
import { isFailure } from '../../errors.js';
import type { Space } from '../../model/space.js';
import { requireSpace } from '../require-space.js';

/** Sorting, WAL and what is written twice while indexes are built. */
const reserve = 1.2;

/** What is free where the server keeps its data, in bytes; undefined where it cannot be asked: not a superuser, or no `df` beside the server. */
async function readFreeBytes(session: PostgresSession): Promise<number | undefined> {
  try {
    return await session.inTransaction(async () => {
      await session.run("CREATE TEMPORARY TABLE free_space (line text) ON COMMIT DROP; COPY pg_temp.free_space FROM PROGRAM 'df -Pk .'");
      const lines = await session.query<{ line: string }>('SELECT line FROM pg_temp.free_space');
      const [, , , free] = (lines.at(-1)?.line ?? '').split(/\s+/);
      return Number.isNaN(Number(free)) ? undefined : Number(free) * 1024;
    });
  } catch (error) {
    if (isFailure(error, 'Forbidden', 'Invalid', 'Unreachable')) return undefined;
    throw error;
  }
}

/** What a database of this size takes on the target's volume, and what is free there. */
async function spaceFor(bytes: number, target: PostgresSession): Promise<Space> {
  const freeBytes = await readFreeBytes(target);
  return { neededBytes: Math.ceil(bytes * reserve), ...(freeBytes !== undefined && { freeBytes }) };
}

/** For the source's database, as large as it is now. */
export async function readSpace(source: PostgresSession, target: PostgresSession): Promise<Space> {
  const [size] = await source.query<{ bytes: string }>('SELECT pg_database_size(current_database()) AS bytes');
  return spaceFor(Number(size?.bytes ?? 0), target);
}

/** NoSpace where a database of this size does not fit. */
export const requireSpaceFor = async (bytes: number, target: PostgresSession): Promise<void> => requireSpace(await spaceFor(bytes, target));
