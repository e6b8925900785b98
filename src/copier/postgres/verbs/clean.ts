import { notesSchema } from '../../../adapters/postgres/clients.js';
import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import type { PostgresContext } from '../context.js';
import { withNotes } from '../run-notes.js';
import { withSession } from '../with-session.js';

/** Forgets a run: its notes go from the databases it filled and from the server. */
export const clean = ({ at, run }: PostgresRequestOf<'clean'>, { open }: PostgresContext): Promise<PostgresResults['clean']> =>
  withNotes(open, at, run, async (notes) => {
    const made = await notes.allMade('database');
    for (const { name: database } of made)
      await withSession({ open, at, database, run }, (session) => session.run(`DROP SCHEMA IF EXISTS ${notesSchema} CASCADE`));
    await notes.clean();
    return { cleaned: true };
  });
