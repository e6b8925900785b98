import type { MongoRequestOf, PingResult } from '../../../model/copier-mongo.js';
import type { MongoContext } from '../context.js';
import { describeServer } from '../server.js';
import { withMongo } from '../with-mongo.js';

export function ping({ at }: MongoRequestOf<'ping'>, { connect }: MongoContext): Promise<PingResult> {
  return withMongo(connect, at, 1, describeServer);
}
