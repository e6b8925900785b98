import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import type { Replacement } from '../../../model/copier-postgres-backup.js';
import { EpochFence } from '../../epoch-fence.js';
import type { PostgresContext } from '../context.js';
import { withoutSessions } from '../drop-database.js';
import { putOnDisk } from '../put-on-disk.js';
import { allowConnections, databasesThere, putAside, renameDatabase } from '../restore/names.js';
import { type RunNotes, withNotes } from '../run-notes.js';

async function exchangeBack(notes: RunNotes, { restored, name }: Replacement, aside: string | undefined): Promise<void> {
  const { session } = notes;
  await session.inTransaction(async () => {
    await renameDatabase(session, name, restored);
    await notes.forgetMade('database', name);
    await notes.noteMade('database', restored);
    if (aside === undefined) return;
    await renameDatabase(session, aside, name);
    await notes.forgetMade('aside', aside);
  });
}

/** The undo of replace: the database that had the name has it again and takes connections; the restored one has its own. Safe to repeat, and safe if replace never ran. */
export const putBack = (request: PostgresRequestOf<'putBack'>, { open }: PostgresContext): Promise<PostgresResults['putBack']> => {
  const { at, run, epoch, name, restored, aside } = request;
  return withNotes(open, at, run, async (notes) => {
    await new EpochFence(notes, epoch).claim();
    await notes.endOthers();
    const { session } = notes;
    const former = await putAside(notes, aside);
    const isOurs = (await notes.made('database', name)) && (await databasesThere(notes, [name])).has(name);
    if (isOurs) {
      await allowConnections(session, name, false);
      const names = [name, restored, former].filter((each) => each !== undefined);
      await withoutSessions(session, names, () => exchangeBack(notes, request, former));
      await allowConnections(session, restored, true);
    }
    if (aside !== undefined && (await databasesThere(notes, [name])).has(name)) await allowConnections(session, name, true);
    await putOnDisk(session);
    return { back: isOurs };
  });
};
