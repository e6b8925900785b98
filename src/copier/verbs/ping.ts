import type { PingResult, RequestOf } from '../../model/copier.js';
import type { CopierContext } from '../context.js';
import { describeServer } from '../server.js';
import { withMongo } from '../with-mongo.js';

export function ping({ at }: RequestOf<'ping'>, { connect }: CopierContext): Promise<PingResult> {
  return withMongo(connect, at, 1, describeServer);
}
