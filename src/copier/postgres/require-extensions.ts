import type { PostgresSession } from '../../adapters/postgres/session.js';
import { failure } from '../../errors.js';

/** MissingExtension with their names before anything is made, where the target's server has not all that the source uses. */
export async function requireExtensions(source: PostgresSession, target: PostgresSession): Promise<void> {
  const used = await source.query<{ name: string }>('SELECT extname AS name FROM pg_extension ORDER BY 1');
  const there = await target.query<{ name: string }>('SELECT name FROM pg_available_extensions');
  const known = new Set(there.map(({ name }) => name));
  const missing = used.map(({ name }) => name).filter((name) => !known.has(name));
  if (missing.length === 0) return;
  throw failure('MissingExtension', `The source uses extensions that the target's server does not bring: ${missing.join(', ')}.`, { details: { missing } });
}
