import type { ConnectMongo } from '../../adapters/mongo/mongo.js';
import type { StoreContext } from '../backup/store-context.js';

export interface MongoContext extends StoreContext {
  readonly connect: ConnectMongo;
}
