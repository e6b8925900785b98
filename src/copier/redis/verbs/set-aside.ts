import type { Moved, RedisKey } from '../../../adapters/redis/redis.js';
import { failure } from '../../../errors.js';
import type { CountedKeys, RedisRequestOf, RedisResults } from '../../../model/copier-redis.js';
import { keyProblems } from '../../../model/redis-keys.js';
import { throwIfStopped } from '../../stop.js';
import type { RedisContext } from '../context.js';
import { FoundKeys, findKeys } from '../find-keys.js';
import { asidePattern, formerName, namesOf } from '../key-names.js';
import { type SearchPart, searchKeys, untilPatienceEnds } from '../search-keys.js';
import { notesOf } from '../server.js';
import { stillOurs, withWriter } from '../with-redis.js';

type Request = RedisRequestOf<'setAside'>;

/** What earlier attempts of the step have set aside counts as found. */
async function findSetAside(part: SearchPart, request: Request): Promise<FoundKeys> {
  const found = new FoundKeys(request.patterns);
  for (const pattern of request.patterns) {
    for await (const keys of searchKeys(part, asidePattern(request, pattern))) for (const key of keys) found.add(pattern, formerName(request, key));
  }
  return found;
}

function requireAsMany(counted: CountedKeys, wish: Request): void {
  const { tooFew, tooMany } = keyProblems(counted, wish);
  if (tooMany.length > 0) throw failure('TooManyKeys', tooMany.join('; '), { details: counted });
  if (tooFew.length > 0) throw failure('TooFewKeys', tooFew.join('; '), { details: counted });
}

/** Moves them one by one; what was gone by then no longer counts as found, unless it is there from an earlier attempt. Answers how many were made anew since. */
async function moveAll(keys: readonly RedisKey[], move: (key: RedisKey) => Promise<Moved>, gone: (key: RedisKey) => void): Promise<number> {
  let newer = 0;
  for (const key of keys) {
    const moved = await move(key);
    if (moved === 'newer') newer += 1;
    if (moved === 'gone') gone(key);
  }
  return newer;
}

/** Renames every key that matches to a name of the run, once it is certain that as many match as are meant. Safe to repeat. */
export function setAside(request: Request, { connect, signal }: RedisContext): Promise<RedisResults['setAside']> {
  return withWriter(connect, request, async ({ redis, server, fence }) => {
    const part = { redis, signal, untilMs: untilPatienceEnds() };
    const [earlier, now] = [await findSetAside(part, request), await findKeys(part, request.patterns)];
    const found = new FoundKeys(request.patterns);
    for (const each of [earlier, now]) found.addAll(each);
    requireAsMany(found.counted, request);
    const move = async (key: RedisKey) => {
      throwIfStopped(signal);
      return stillOurs(await redis.setAside(request, namesOf(request, key)), fence);
    };
    const newer = await moveAll(now.keys, move, (key) => !earlier.has(key) && found.remove(key));
    requireAsMany(found.counted, request);
    const { patterns, keys } = found.counted;
    return { patterns, setAside: keys, newer, notes: notesOf(server) };
  });
}
