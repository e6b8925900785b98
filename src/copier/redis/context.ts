import type { ConnectRedis } from '../../adapters/redis/redis.js';
import type { CopierContext } from '../context.js';

export interface RedisContext extends CopierContext {
  readonly connect: ConnectRedis;
}
