import type { MongoRequestOf, MongoResults } from '../../../model/copier-mongo.js';
import type { MongoContext } from '../context.js';
import { dropUnmadeAccounts } from '../copy-accounts.js';
import { Ledger } from '../ledger.js';
import { withMongo } from '../with-mongo.js';

/** Removes what the run noted on the server, and what is left of accounts under way. From then on nothing there can be taken back by `drop` or `dropUsers`. */
export function clean({ at, run }: MongoRequestOf<'clean'>, { connect }: MongoContext): Promise<MongoResults['clean']> {
  return withMongo(connect, at, 1, async (mongo) => {
    const ledger = new Ledger(mongo, run);
    await dropUnmadeAccounts(mongo, ledger, run);
    await ledger.clean();
    return { cleaned: true };
  });
}
