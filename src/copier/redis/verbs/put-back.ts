import type { RedisKey } from '../../../adapters/redis/redis.js';
import type { RedisRequestOf, RedisResults } from '../../../model/copier-redis.js';
import { throwIfStopped } from '../../stop.js';
import type { RedisContext } from '../context.js';
import { asidePattern, formerName, namesOf } from '../key-names.js';
import { searchKeys, untilPatienceEnds } from '../search-keys.js';
import { stillOurs, withWriter } from '../with-redis.js';

/** Renames back what the step has set aside; what has such a name by then is kept beside it. Safe to repeat, and safe if setAside never ran. */
export function putBack(request: RedisRequestOf<'putBack'>, { connect, signal }: RedisContext): Promise<RedisResults['putBack']> {
  return withWriter(connect, request, async ({ redis, fence }) => {
    const outcome = { moved: 0, newer: 0, gone: 0 };
    const restore = async (aside: RedisKey) => {
      throwIfStopped(signal);
      outcome[await stillOurs(await redis.putBack(request, namesOf(request, formerName(request, aside))), fence)] += 1;
    };
    for await (const keys of searchKeys({ redis, signal, untilMs: untilPatienceEnds() }, asidePattern(request, '*'))) {
      for (const key of keys) await restore(key);
    }
    return { putBack: outcome.moved + outcome.newer, newer: outcome.newer };
  });
}
