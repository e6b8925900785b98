import type { VerifyRequest, VerifyResult } from '../../model/copier.js';
import { compareDatabases } from '../compare-databases.js';
import type { CopierContext } from '../context.js';
import { hashDatabase, hashProgress } from '../hash-database.js';
import { sizeOf } from '../size-of.js';
import { withMongo } from '../with-mongo.js';

/** Of each side. */
const hands = 2;

/** Reads both sides once, side by side. A difference is an answer, not a failure: whoever asked decides. */
export function verify({ at, from, to, expected }: VerifyRequest, { connect, signal, progress }: CopierContext): Promise<VerifyResult> {
  return withMongo(connect, at, hands * 4, async (mongo) => {
    const onBatch = hashProgress(progress, await sizeOf(mongo, [from, to]));
    const [source, target] = await Promise.all([from, to].map((database) => hashDatabase({ mongo, signal, hands, onBatch }, database)));
    if (!source || !target) throw new TypeError('Two databases were asked for.');
    const compared = compareDatabases(source, target);
    const sourceHashesEqual = expected && expected.hash === source.hash && expected.documents === source.documents;
    return {
      equal: compared.differences.length === 0,
      documents: source.documents,
      ...compared,
      ...(sourceHashesEqual !== undefined && { sourceHashesEqual }),
      source,
      target,
    };
  });
}
