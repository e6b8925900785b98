import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import { dropScratch } from '../compare-definitions.js';
import type { PostgresContext } from '../context.js';
import { dropEmptyAside } from '../empty-aside.js';
import { removeMarkers } from '../remove-markers.js';
import { dropUnusedNotes, withNotes } from '../run-notes.js';

/** Forgets a run: its notes go from the databases it filled and from the server, and with them the empty databases that those took the place of. Of the last run nothing is left there. */
export async function clean({ at, run }: PostgresRequestOf<'clean'>, context: PostgresContext): Promise<PostgresResults['clean']> {
  await withNotes(context.open, at, run, async (notes) => {
    const made = await notes.allMade('database');
    await removeMarkers(context, at, run, made);
    for (const name of made) {
      await dropEmptyAside(notes, name, run);
      await dropScratch(notes.session, name);
    }
    await notes.clean();
  });
  await dropUnusedNotes(context.open, at, run);
  return { cleaned: true };
}
