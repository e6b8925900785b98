import { connectRedis } from '../../../../src/adapters/redis/driver.js';
import type { RedisContext } from '../../../../src/copier/redis/context.js';
import { redisVerbs } from '../../../../src/copier/redis/verbs.js';
import type {} from '../../../../src/model/copier.js';
import type { RedisRequestOf, RedisResults, RedisVerb } from '../../../../src/model/copier-redis.js';

/** Runs a verb in this process, as main.ts would. */
export function run<V extends RedisVerb>(request: RedisRequestOf<V> & { readonly verb: V }, context: Partial<RedisContext> = {}): Promise<RedisResults[V]> {
  const verb = redisVerbs[request.verb] as (request: RedisRequestOf<V>, context: RedisContext) => Promise<RedisResults[V]>;
  return verb(request, { connect: connectRedis, podUid: 'pod-1', signal: new AbortController().signal, progress: () => undefined, ...context });
}
