import type { RedisRequestOf, RedisResults } from '../../../model/copier-redis.js';
import type { RedisContext } from '../context.js';
import { runPattern } from '../key-names.js';
import { searchKeys, untilPatienceEnds } from '../search-keys.js';
import { stillOurs, withWriter } from '../with-redis.js';

/** Deletes all that a run has set aside in this database, whichever of its steps it was, and forgets the run's epoch. Safe to repeat. */
export function dropAside(request: RedisRequestOf<'dropAside'>, { connect, signal }: RedisContext): Promise<RedisResults['dropAside']> {
  return withWriter(connect, request, async ({ redis, fence }) => {
    let dropped = 0;
    for await (const keys of searchKeys({ redis, signal, untilMs: untilPatienceEnds() }, runPattern(request.run))) {
      if (keys.length > 0) dropped += await stillOurs(await redis.drop(request, keys), fence);
    }
    await redis.forget(request);
    return { dropped };
  });
}
