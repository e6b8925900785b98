import type { CopierResults, RequestOf } from '../../model/copier.js';
import type { CopierContext } from '../context.js';
import { hashDatabase, hashProgress } from '../hash-database.js';
import { sizeOf } from '../size-of.js';
import { withMongo } from '../with-mongo.js';

const hands = 4;

export function hash({ at, databases }: RequestOf<'hash'>, { connect, signal, progress }: CopierContext): Promise<CopierResults['hash']> {
  return withMongo(connect, at, hands * 2, async (mongo) => {
    const onBatch = hashProgress(progress, await sizeOf(mongo, databases));
    const hashed = [];
    for (const database of databases) hashed.push(await hashDatabase({ mongo, signal, hands, onBatch }, database));
    return { databases: hashed };
  });
}
