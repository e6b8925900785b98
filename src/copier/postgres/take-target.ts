import type { PostgresSession } from '../../adapters/postgres/session.js';
import { createDatabase, localeOf } from './database-locale.js';
import { putEmptyAside } from './empty-aside.js';
import { databasesThere } from './restore/names.js';
import type { RunNotes } from './run-notes.js';
import type { SessionPlace } from './with-session.js';

/**
 * Makes the run's database like the source's, so that nothing of another stays in it. An empty one of that name is put aside first. Goes on with the one it made before; anything else is
 * refused, since the undo drops the whole database.
 */
export async function takeTarget(notes: RunNotes, source: PostgresSession, place: SessionPlace, run: string): Promise<void> {
  const { database } = place;
  const isThere = (await databasesThere(notes, [database])).has(database);
  const isOurs = await notes.made('database', database);
  if (isThere && isOurs) return;
  if (isThere) await putEmptyAside(notes, place, run);
  await notes.noteMade('database', database);
  await createDatabase(notes.session, database, await localeOf(source));
}
