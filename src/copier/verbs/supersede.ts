import type { CopierResults, RequestOf } from '../../model/copier.js';
import type { CopierContext } from '../context.js';
import { withWriter } from '../with-mongo.js';

/** Takes the run for a new epoch: copiers of older ones stop at their next batch. */
export function supersede(request: RequestOf<'supersede'>, { connect }: CopierContext): Promise<CopierResults['supersede']> {
  return withWriter(connect, request, async () => ({ epoch: request.epoch }));
}
