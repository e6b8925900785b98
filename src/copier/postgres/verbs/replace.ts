import { failure } from '../../../errors.js';
import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import type { Replacement } from '../../../model/copier-postgres-backup.js';
import { EpochFence } from '../../epoch-fence.js';
import type { PostgresContext } from '../context.js';
import { withoutSessions } from '../drop-database.js';
import { putOnDisk } from '../put-on-disk.js';
import { allowConnections, databasesThere, putAside, renameDatabase } from '../restore/names.js';
import { refuseProtected } from '../restore/protected.js';
import { type RunNotes, withNotes } from '../run-notes.js';

/** Both names change in one transaction, the notes with them: nobody finds none of the two, whenever this is killed. */
async function exchange(notes: RunNotes, { restored, name }: Replacement, aside: string | undefined): Promise<void> {
  const { session } = notes;
  await session.inTransaction(async () => {
    if (aside !== undefined) {
      await renameDatabase(session, name, aside);
      await notes.noteMade('aside', aside);
    }
    await renameDatabase(session, restored, name);
    await notes.forgetMade('database', restored);
    await notes.noteMade('database', name);
  });
}

async function requirePlaces(notes: RunNotes, { restored, name, aside }: Replacement, there: ReadonlySet<string>): Promise<void> {
  if (!there.has(restored) || !(await notes.made('database', restored))) throw failure('NotFound', `Database ${restored} is not there, or not of this run.`);
  if (aside === undefined && there.has(name))
    throw failure('AlreadyExists', `Database ${name} is there by now; the plan names nothing that would be replaced.`);
  if (aside !== undefined && there.has(aside)) throw failure('AlreadyExists', `Database ${aside} is there already.`);
}

/**
 * Gives a restored database its name. The one that had it goes on under another, without connections: nothing is dropped. Connections to it end, and come back
 * to the restored one. Safe to repeat.
 */
export const replace = (request: PostgresRequestOf<'replace'>, { open }: PostgresContext): Promise<PostgresResults['replace']> => {
  const { at, run, epoch, restored, name, aside } = request;
  return withNotes(open, at, run, async (notes) => {
    await new EpochFence(notes, epoch).claim();
    refuseProtected(restored, name, ...(aside === undefined ? [] : [aside]));
    const there = await databasesThere(notes, [restored, name, aside]);
    // An earlier attempt that was not heard of.
    if (!there.has(restored) && there.has(name) && (await notes.made('database', name)))
      return { replaced: (await putAside(notes, aside)) !== undefined, ended: 0 };
    await requirePlaces(notes, request, there);
    const former = there.has(name) ? aside : undefined;
    if (former !== undefined) await allowConnections(notes.session, name, false);
    const ended = await withoutSessions(notes.session, [name, restored], () => exchange(notes, request, former));
    await putOnDisk(notes.session);
    return { replaced: former !== undefined, ended };
  });
};
