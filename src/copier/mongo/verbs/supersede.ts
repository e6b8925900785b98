import type { MongoRequestOf, MongoResults } from '../../../model/copier-mongo.js';
import type { MongoContext } from '../context.js';
import { withWriter } from '../with-mongo.js';

/** Takes the run for a new epoch: copiers of older ones stop at their next batch. */
export function supersede(request: MongoRequestOf<'supersede'>, { connect }: MongoContext): Promise<MongoResults['supersede']> {
  return withWriter(connect, request, async () => ({ epoch: request.epoch }));
}
