import type { MongoRequestOf } from '../../../model/copier-mongo.js';
import type { Accounting } from '../../../model/copier-requests.js';
import { countCopied } from '../../count-copied.js';
import type { MongoContext } from '../context.js';
import { Ledger } from '../ledger.js';
import { withMongo } from '../with-mongo.js';

/** Of the run's units, or of those of one target, and of all attempts at them. */
export async function accountOf(ledger: Ledger, database?: string): Promise<Accounting> {
  const units = await ledger.units(database);
  return countCopied(
    units.map(({ id, done }) => ({ unit: id, ...(done && { done }) })),
    await ledger.attempts(),
  );
}

/** What was copied, and how much of it twice, over all attempts of all of the run's copies. */
export function accounting({ at, run }: MongoRequestOf<'accounting'>, { connect }: MongoContext): Promise<Accounting> {
  return withMongo(connect, at, 1, (mongo) => accountOf(new Ledger(mongo, run)));
}
