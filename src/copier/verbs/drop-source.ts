import { majority } from '../../adapters/mongo/mongo.js';
import { failure } from '../../errors.js';
import type { CopierResults, RequestOf } from '../../model/copier.js';
import type { CopierContext } from '../context.js';
import { hashDatabase, hashProgress } from '../hash-database.js';
import { sizeOf } from '../size-of.js';
import { withWriter } from '../with-mongo.js';

const hands = 4;

/** Drops an old database at finalize, only while it still is what was verified. Gone already is fine. */
export function dropSource(request: RequestOf<'dropSource'>, { connect, signal, progress }: CopierContext): Promise<CopierResults['dropSource']> {
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
