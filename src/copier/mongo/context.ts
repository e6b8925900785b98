import type { ConnectMongo } from '../../adapters/mongo/mongo.js';
import type { CopierContext } from '../context.js';

export interface MongoContext extends CopierContext {
  readonly connect: ConnectMongo;
}
