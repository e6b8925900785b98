import type { Mongo } from '../../../adapters/mongo/mongo.js';
import type { VerifyRequest, VerifyResult } from '../../../model/copier-mongo.js';
import { hashProgress } from '../../hash-progress.js';
import { readAccounts } from '../accounts.js';
import { compareAccounts } from '../compare-accounts.js';
import { compareDatabases } from '../compare-databases.js';
import type { MongoContext } from '../context.js';
import { hashDatabase } from '../hash-database.js';
import { sizeOf } from '../size-of.js';
import { withMongo } from '../with-mongo.js';

/** Of each side. */
const hands = 4;

/** Reads the target once, and the source beside it where no copy has read it. A difference is an answer, not a failure: whoever asked decides. */
export function verify(request: VerifyRequest, { connect, signal, progress }: MongoContext): Promise<VerifyResult> {
  const { at, from, to, copied, accounts } = request;
  const between = async (there: Mongo, mongo: Mongo): Promise<VerifyResult> => {
    const bytes = (copied ? 0 : await sizeOf(there, [from])) + (await sizeOf(mongo, [to]));
    const hashing = { signal, hands, onBatch: hashProgress(progress, bytes) };
    const [source, target] = await Promise.all([hashDatabase({ ...hashing, mongo: there }, from, copied), hashDatabase({ ...hashing, mongo }, to)]);
    const { collections, differences: ofData } = compareDatabases(source, target);
    const differences = [...ofData, ...(accounts ? compareAccounts(await readAccounts(there, from), await readAccounts(mongo, to), accounts, request) : [])];
    return { equal: differences.length === 0, documents: source.documents, collections, differences, source, target };
  };
  return withMongo(connect, at, hands * 4, (mongo) =>
    request.source ? withMongo(connect, request.source, hands * 2, (source) => between(source, mongo)) : between(mongo, mongo),
  );
}
