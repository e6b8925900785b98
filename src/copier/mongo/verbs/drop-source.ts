import { majority } from '../../../adapters/mongo/mongo.js';
import { failure } from '../../../errors.js';
import type { MongoRequestOf, MongoResults } from '../../../model/copier-mongo.js';
import { hashProgress } from '../../hash-progress.js';
import type { MongoContext } from '../context.js';
import { hashDatabase } from '../hash-database.js';
import { sizeOf } from '../size-of.js';
import { withWriter } from '../with-mongo.js';

const hands = 4;

/** Drops an old database at finalize, only while it still is what was verified. Gone already is fine. */
export function dropSource(request: MongoRequestOf<'dropSource'>, { connect, signal, progress }: MongoContext): Promise<MongoResults['dropSource']> {
  const { database, expected } = request;
  return withWriter(connect, request, async ({ mongo, fence }) => {
    const onBatch = hashProgress(progress, await sizeOf(mongo, [database]));
    const now = await hashDatabase({ mongo, signal, hands, onBatch }, database);
    if (now.collections.length + now.views.length === 0) return { dropped: false };
    if (now.hash !== expected.hash || now.documents !== expected.documents)
      throw failure(
        'WouldLoseData',
        `Database ${database} has been written to since it was verified: ${expected.documents} documents then, ${now.documents} now. It was not dropped.`,
        {
          details: { database, documentsThen: expected.documents, documentsNow: now.documents, hashThen: expected.hash, hashNow: now.hash },
        },
      );
    await fence.check();
    await mongo.command(database, { dropDatabase: 1, writeConcern: majority });
    return { dropped: true };
  });
}
