import { failure } from '../../errors.js';
import type { PostgresContext } from './context.js';

/** The oldest pg_dump that reads the source and writes what the target understands: a newer one says things that an older target has not heard of. */
export function chooseClient(majors: readonly number[], source: number, target: number): number {
  if (target < source) throw failure('PreflightFailed', `The target is PostgreSQL ${target}, older than the source's ${source}: definitions do not go back.`);
  const found = majors.find((major) => major >= target);
  if (found !== undefined) return found;
  const there = majors.length > 0 ? `the image has ${majors.join(', ')}` : 'the image has none';
  throw failure('ToolTooOld', `A copy from PostgreSQL ${source} to ${target} needs pg_dump ${target} or newer; ${there}.`);
}

/** Begins to look which there are, while sessions are made: where users wait, neither waits for the other. What goes wrong is told to whoever asks. */
export const lookForClients = ({ clients }: Pick<PostgresContext, 'clients'>): void => void clients.majors().catch(() => undefined);
