import type { ConnectMongo, Mongo } from '../../adapters/mongo/mongo.js';
import type { RunScope } from '../../model/copier-requests.js';
import type { MongoAddress } from '../../model/mongo-facts.js';
import { EpochFence } from '../epoch-fence.js';
import { Ledger } from './ledger.js';

/** Lends a connection for the time of `use`. */
export async function withMongo<T>(connect: ConnectMongo, at: MongoAddress, connections: number, use: (mongo: Mongo) => Promise<T>): Promise<T> {
  const mongo = await connect(at, connections);
  try {
    return await use(mongo);
  } finally {
    await mongo.close();
  }
}

export interface Writing {
  readonly mongo: Mongo;
  readonly ledger: Ledger;
  readonly fence: EpochFence;
}

/** The same for a verb that writes: it takes the run for its epoch first, or is refused as Superseded. */
export function withWriter<T>(connect: ConnectMongo, { at, run, epoch }: RunScope<MongoAddress>, use: (writing: Writing) => Promise<T>): Promise<T> {
  return withMongo(connect, at, 2, async (mongo) => {
    const ledger = new Ledger(mongo, run);
    const fence = new EpochFence(ledger, epoch);
    await fence.claim();
    return use({ mongo, ledger, fence });
  });
}
