import type { PostgresSession } from '../../adapters/postgres/session.js';
import { failure, isFailure } from '../../errors.js';

/** Sorting, WAL and what is written twice while indexes are built. */
const reserve = 1.2;
const gib = 1024 ** 3;

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

/** NoSpace with both numbers before a byte is written, where the target's volume cannot take the source. */
export async function requireSpace(source: PostgresSession, target: PostgresSession): Promise<void> {
  const [size] = await source.query<{ bytes: string }>('SELECT pg_database_size(current_database()) AS bytes');
  await requireSpaceFor(Number(size?.bytes ?? 0), target);
}

/** The same for a database of which the size is known. */
export async function requireSpaceFor(bytes: number, target: PostgresSession): Promise<void> {
  const free = await readFreeBytes(target);
  const needed = bytes * reserve;
  if (free === undefined || free >= needed) return;
  const inGib = (number: number) => `${(number / gib).toFixed(1)} GiB`;
  throw failure('NoSpace', `The copy needs about ${inGib(needed)} on the target's volume; ${inGib(free)} are free.`, { details: { needed, free } });
}
