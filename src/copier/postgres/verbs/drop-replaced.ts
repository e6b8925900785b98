import { failure } from '../../../errors.js';
import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import { EpochFence } from '../../epoch-fence.js';
import type { PostgresContext } from '../context.js';
import { dropDatabase } from '../drop-database.js';
import { putOnDisk } from '../put-on-disk.js';
import { databasesThere } from '../restore/names.js';
import { withNotes } from '../run-notes.js';

/** At the finalize: drops the database that this run put aside, and no other. NotOurs where the run's notes do not know it. Safe to repeat. */
export const dropReplaced = (request: PostgresRequestOf<'dropReplaced'>, { open }: PostgresContext): Promise<PostgresResults['dropReplaced']> => {
  const { at, run, epoch, database } = request;
  return withNotes(open, at, run, async (notes) => {
    await new EpochFence(notes, epoch).claim();
    const isThere = (await databasesThere(notes, [database])).has(database);
    if (!isThere) return { dropped: false };
    if (!(await notes.made('aside', database))) throw failure('NotOurs', `Database ${database} is there, and this run did not put it aside.`);
    await dropDatabase(notes.session, database);
    await notes.forgetMade('aside', database);
    await putOnDisk(notes.session);
    return { dropped: true };
  });
};
