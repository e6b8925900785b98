import type { RedisRequestOf, RedisResults, RedisVerb } from '../../model/copier-redis.js';
import type { RedisContext } from './context.js';
import { count } from './verbs/count.js';
import { dropAside } from './verbs/drop-aside.js';
import { putBack } from './verbs/put-back.js';
import { setAside } from './verbs/set-aside.js';

/** What the copier does with Redis, by verb. */
export const redisVerbs: { readonly [V in RedisVerb]: (request: RedisRequestOf<V>, context: RedisContext) => Promise<RedisResults[V]> } = {
  count,
  setAside,
  putBack,
  dropAside,
};
