import type { MongoRequestOf, MongoResults } from '../../../model/copier-mongo.js';
import { findArchived } from '../archive/backed-up.js';
import type { MongoContext } from '../context.js';
import { takeTarget } from '../take-target.js';
import { withWriter } from '../with-mongo.js';

/** Takes an empty database for a restore of the run, so that an undo drops it, and answers what is to come into it. TargetNotEmpty where somebody else has filled it. */
export function takeArchive(request: MongoRequestOf<'takeArchive'>, { connect, openStore }: MongoContext): Promise<MongoResults['takeArchive']> {
  const { place, backup, from, to } = request;
  return withWriter(connect, request, async ({ mongo, ledger }) => {
    const { database, part } = await findArchived(openStore(place), backup, from);
    await takeTarget(mongo, ledger, from, to);
    const documents = database.collections.reduce((sum, collection) => sum + collection.documents, 0);
    return { database: from, ...part, documents, collections: database.collections.length };
  });
}
