import { failure } from '../../../errors.js';
import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import { EpochFence } from '../../epoch-fence.js';
import type { PostgresContext } from '../context.js';
import { removeMarkers } from '../remove-markers.js';
import { withNotes } from '../run-notes.js';

/** Copied databases become their users': no schema of ours is left in them. The run's notes on the server stay, so that it can still be taken back. */
export const release = ({ at, run, epoch, databases }: PostgresRequestOf<'release'>, context: PostgresContext): Promise<PostgresResults['release']> =>
  withNotes(context.open, at, run, async (notes) => {
    await new EpochFence(notes, epoch).claim();
    for (const database of databases)
      if (!(await notes.made('database', database))) throw failure('NotOurs', `Database ${database} was not filled by this run.`);
    await removeMarkers(context, at, run, databases);
    return { released: databases };
  });
