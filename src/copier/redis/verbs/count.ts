import type { RedisRequestOf, RedisResults } from '../../../model/copier-redis.js';
import type { RedisContext } from '../context.js';
import { findKeys } from '../find-keys.js';
import { untilPatienceEnds } from '../search-keys.js';
import { notesOf, showRedis } from '../server.js';
import { withRedis } from '../with-redis.js';

/** How many keys each pattern matches. Changes nothing. */
export function count({ at, patterns }: RedisRequestOf<'count'>, { connect, signal }: RedisContext): Promise<RedisResults['count']> {
  return withRedis(connect, at, async ({ redis, server }) => {
    const { counted } = await findKeys({ redis, signal, untilMs: untilPatienceEnds() }, patterns);
    return { server: showRedis(server), ...counted, notes: notesOf(server) };
  });
}
