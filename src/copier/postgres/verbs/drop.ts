import { quoteName } from '../../../adapters/postgres/session.js';
import { failure, isFailure } from '../../../errors.js';
import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import { EpochFence } from '../../epoch-fence.js';
import { dropScratch } from '../compare-definitions.js';
import type { PostgresContext } from '../context.js';
import { dropDatabase } from '../drop-database.js';
import { putEmptyBack, readContents } from '../empty-aside.js';
import { putOnDisk } from '../put-on-disk.js';
import { databasesThere } from '../restore/names.js';
import { type RunNotes, withNotes } from '../run-notes.js';
import { withSession } from '../with-session.js';

/** Once none of the run's databases is left. One that owns something elsewhere by now is somebody's, and stays. */
async function dropRoles(notes: RunNotes): Promise<readonly string[]> {
  if ((await notes.allMade('database')).length > 0) return [];
  const left: string[] = [];
  for (const name of await notes.allMade('role')) {
    try {
      await notes.session.run(`DROP ROLE IF EXISTS ${quoteName(name)}`);
      await notes.forgetMade('role', name);
    } catch (error) {
      if (!isFailure(error, 'Conflict')) throw error;
      left.push(name);
    }
  }
  return left;
}

/** The undo of copy: drops the database if this run made it. An empty one that was there before has its name back, as it stood. NotOurs where another's is filled. Safe to repeat. */
export const drop = (request: PostgresRequestOf<'drop'>, { open }: PostgresContext): Promise<PostgresResults['drop']> => {
  const { at, run, epoch, database } = request;
  return withNotes(open, at, run, async (notes) => {
    await new EpochFence(notes, epoch).claim();
    await notes.endOthers();
    const isThere = (await databasesThere(notes, [database])).has(database);
    const isOurs = await notes.made('database', database);
    if (isThere && isOurs) {
      await dropScratch(notes.session, database);
      await dropDatabase(notes.session, database);
    }
    await putEmptyBack(notes, database, run);
    await putOnDisk(notes.session);
    const found = isThere && !isOurs ? await withSession({ open, at, database, run }, readContents) : [];
    if (found.length > 0) throw failure('NotOurs', `Database ${database} holds ${found.length} objects, and this run did not make it.`);
    return { dropped: isThere && isOurs, rolesLeft: await dropRoles(notes) };
  });
};
