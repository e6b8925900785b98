import { isFailure } from '../../../errors.js';
import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import type { PostgresContext } from '../context.js';
import { requireStill } from '../horizon.js';
import { withSession } from '../with-session.js';

/** Reads only: which databases were written to since, in words. */
export async function changedSince({ at, databases }: PostgresRequestOf<'changedSince'>, { open }: PostgresContext): Promise<PostgresResults['changedSince']> {
  const changed: string[] = [];
  for (const { name, horizon } of databases) {
    try {
      await withSession({ open, at, database: name, readOnly: true }, (session) => requireStill(session, horizon));
    } catch (error) {
      if (!isFailure(error, 'SourceChanged', 'NotFound')) throw error;
      changed.push(error.message);
    }
  }
  return { changed };
}
