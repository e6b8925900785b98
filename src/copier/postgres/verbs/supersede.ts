import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import { EpochFence } from '../../epoch-fence.js';
import type { PostgresContext } from '../context.js';
import { withNotes } from '../run-notes.js';

/** Takes the run for an epoch: copiers of older ones lose their connections and write nothing more. */
export const supersede = ({ at, run, epoch }: PostgresRequestOf<'supersede'>, { open }: PostgresContext): Promise<PostgresResults['supersede']> =>
  withNotes(open, at, run, async (notes) => {
    await new EpochFence(notes, epoch).claim();
    await notes.endOthers();
    return { epoch };
  });
