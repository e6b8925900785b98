import type { Mongo } from '../../../adapters/mongo/mongo.js';
import type { VerifyRequest, VerifyResult } from '../../../model/copier-mongo.js';
import { hashProgress } from '../../hash-progress.js';
import { compareDatabases } from '../compare-databases.js';
import type { MongoContext } from '../context.js';
import { hashDatabase } from '../hash-database.js';
import { sizeOf } from '../size-of.js';
import { withMongo } from '../with-mongo.js';

/** Of each side. */
const hands = 4;

/** Reads the target once, and the source beside it where no copy has read it. A difference is an answer, not a failure: whoever asked decides. */
export function verify(request: VerifyRequest, { connect, signal, progress }: MongoContext): Promise<VerifyResult> {
  const { at, from, to, copied } = request;
  const between = async (there: Mongo, mongo: Mongo): Promise<VerifyResult> => {
    const bytes = (copied ? 0 : await sizeOf(there, [from])) + (await sizeOf(mongo, [to]));
    const hashing = { signal, hands, onBatch: hashProgress(progress, bytes) };
    const [source, target] = await Promise.all([hashDatabase({ ...hashing, mongo: there }, from, copied), hashDatabase({ ...hashing, mongo }, to)]);
    const compared = compareDatabases(source, target);
    return { equal: compared.differences.length === 0, documents: source.documents, ...compared, source, target };
  };
  return withMongo(connect, at, hands * 4, (mongo) =>
    request.source ? withMongo(connect, request.source, hands * 2, (source) => between(source, mongo)) : between(mongo, mongo),
  );
}
