import type { VerifyRequest, VerifyResult } from '../../model/copier.js';
import { compareDatabases } from '../compare-databases.js';
import type { CopierContext } from '../context.js';
import { hashDatabase, hashProgress } from '../hash-database.js';
import { sizeOf } from '../size-of.js';
import { withMongo } from '../with-mongo.js';

/** Of each side. */
const hands = 4;

/** Reads the target once, and the source beside it where no copy has read it. A difference is an answer, not a failure: whoever asked decides. */
export function verify({ at, from, to, copied }: VerifyRequest, { connect, signal, progress }: CopierContext): Promise<VerifyResult> {
  return withMongo(connect, at, hands * 4, async (mongo) => {
    const onBatch = hashProgress(progress, await sizeOf(mongo, copied ? [to] : [from, to]));
    const hashing = { mongo, signal, hands, onBatch };
    const [source, target] = await Promise.all([hashDatabase(hashing, from, copied), hashDatabase(hashing, to)]);
    const compared = compareDatabases(source, target);
    return { equal: compared.differences.length === 0, documents: source.documents, ...compared, source, target };
  });
}
