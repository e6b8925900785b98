import { majority } from '../../../adapters/mongo/mongo.js';
import type { MongoRequestOf, MongoResults } from '../../../model/copier-mongo.js';
import type { MongoContext } from '../context.js';
import { takeTarget as take } from '../take-target.js';
import { withWriter } from '../with-mongo.js';

/**
 * Takes an empty database for tools that know nothing of runs, so that an undo drops it. What an earlier attempt of this run has written there goes: such a tool
 * begins anew. TargetNotEmpty where somebody else has filled it.
 */
export function takeTarget(request: MongoRequestOf<'takeTarget'>, { connect }: MongoContext): Promise<MongoResults['takeTarget']> {
  const { from, to } = request;
  return withWriter(connect, request, async ({ mongo, ledger }) => {
    const isOwn = await ledger.madeTarget(to);
    if (isOwn) await mongo.command(to, { dropDatabase: 1, writeConcern: majority });
    await take(mongo, ledger, from, to);
    return { emptied: isOwn };
  });
}
