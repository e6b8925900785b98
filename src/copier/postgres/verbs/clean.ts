import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import type { PostgresContext } from '../context.js';
import { removeMarkers } from '../remove-markers.js';
import { withNotes } from '../run-notes.js';

/** Forgets a run: its notes go from the databases it filled and from the server. */
export const clean = ({ at, run }: PostgresRequestOf<'clean'>, context: PostgresContext): Promise<PostgresResults['clean']> =>
  withNotes(context.open, at, run, async (notes) => {
    const made = await notes.allMade('database');
    await removeMarkers(
      context,
      at,
      run,
      made.map(({ name }) => name),
    );
    await notes.clean();
    return { cleaned: true };
  });
