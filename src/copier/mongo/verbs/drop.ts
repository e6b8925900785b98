import { majority } from '../../../adapters/mongo/mongo.js';
import { failure } from '../../../errors.js';
import type { MongoRequestOf, MongoResults } from '../../../model/copier-mongo.js';
import { readCatalog } from '../catalog.js';
import type { MongoContext } from '../context.js';
import { dropAccounts } from '../copy-accounts.js';
import { withWriter } from '../with-mongo.js';

/** The undo of copy: drops the target when this run made it, with the users and roles that the copy made there. One that is empty or gone is fine; one that somebody else filled is left alone. */
export function drop(request: MongoRequestOf<'drop'>, { connect }: MongoContext): Promise<MongoResults['drop']> {
  const { database } = request;
  return withWriter(connect, request, async ({ mongo, ledger }) => {
    const found = await readCatalog(mongo, database);
    if (!(await ledger.madeTarget(database))) {
      if (found.length === 0) return { dropped: false };
      throw failure('NotOurs', `Database ${database} holds ${found.length} collections, and this run did not make it.`);
    }
    // Before the drop: a copier that was given up and writes after it finds the note and takes back what it wrote.
    await ledger.noteDropped(database, true);
    await dropAccounts(mongo, ledger, request);
    await mongo.command(database, { dropDatabase: 1, writeConcern: majority });
    await ledger.forgetTarget(database);
    return { dropped: found.length > 0 };
  });
}
