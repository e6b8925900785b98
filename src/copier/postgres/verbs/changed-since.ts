import { isFailure } from '../../../errors.js';
import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import type { PostgresContext } from '../context.js';
import { requireStill } from '../horizon.js';
import { withSession } from '../with-session.js';

/** Reads only: which databases were written to since, in words. */
export async function changedSince({ at, databases }: PostgresRequestOf<'changedSince'>, { open }: PostgresContext): Promise<PostgresResults['changedSince']> {
  // Side by side: one whose server has gone on is looked at twice, with a pause.
  const changed = await Promise.all(
    databases.map(async ({ name, horizon }) => {
      try {
        await withSession({ open, at, database: name, readOnly: true }, (session) => requireStill(session, horizon));
        return [];
      } catch (error) {
        if (!isFailure(error, 'SourceChanged', 'NotFound')) throw error;
        return [error.message];
      }
    }),
  );
  return { changed: changed.flat() };
}
