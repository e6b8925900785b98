import type { ConnectRedis, Redis, RedisServer } from '../../adapters/redis/redis.js';
import type { RedisAddress } from '../../model/copier-redis.js';
import type { RunScope } from '../../model/copier-requests.js';
import { EpochFence } from '../epoch-fence.js';
import { requireMaster } from './server.js';

export interface Reached {
  readonly redis: Redis;
  readonly server: RedisServer;
}

/** Lends a connection to a server on which keys can be set aside; RedisUnfit where it is no such. */
export async function withRedis<T>(connect: ConnectRedis, at: RedisAddress, use: (reached: Reached) => Promise<T>): Promise<T> {
  const redis = await connect(at);
  try {
    const server = await redis.describe();
    requireMaster(server, at);
    return await use({ redis, server });
  } finally {
    await redis.close();
  }
}

export interface Writing extends Reached {
  readonly fence: EpochFence;
}

/** The same for a verb that writes: it takes the run for its epoch first, or is refused as Superseded. */
export function withWriter<T>(connect: ConnectRedis, { at, run, epoch }: RunScope<RedisAddress>, use: (writing: Writing) => Promise<T>): Promise<T> {
  return withRedis(connect, at, async (reached) => {
    const { redis } = reached;
    const fence = new EpochFence(
      { raiseEpoch: (wanted) => redis.raiseEpoch({ run, epoch: wanted }), epoch: async () => ({ epoch: await redis.epoch(run) }) },
      epoch,
    );
    await fence.claim();
    return use({ ...reached, fence });
  });
}

/** What a write answered, where the run is still ours. */
export async function stillOurs<T>(answer: T | 'superseded', fence: EpochFence): Promise<Exclude<T, 'superseded'>> {
  if (answer === 'superseded') await fence.check();
  return answer as Exclude<T, 'superseded'>;
}
