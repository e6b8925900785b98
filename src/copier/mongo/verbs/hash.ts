import type { MongoRequestOf, MongoResults } from '../../../model/copier-mongo.js';
import { hashProgress } from '../../hash-progress.js';
import type { MongoContext } from '../context.js';
import { hashDatabase } from '../hash-database.js';
import { sizeOf } from '../size-of.js';
import { withMongo } from '../with-mongo.js';

const hands = 4;

export function hash({ at, databases }: MongoRequestOf<'hash'>, { connect, signal, progress }: MongoContext): Promise<MongoResults['hash']> {
  return withMongo(connect, at, hands * 2, async (mongo) => {
    const onBatch = hashProgress(progress, await sizeOf(mongo, databases));
    const hashed = [];
    for (const database of databases) hashed.push(await hashDatabase({ mongo, signal, hands, onBatch }, database));
    return { databases: hashed };
  });
}
