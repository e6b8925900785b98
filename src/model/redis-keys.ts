import { type CountedKeys, mostKeysKnown, type RedisKeysWish } from './copier-redis.js';
import { counted } from './counted.js';

/** Why so many keys, or so few, are not what is meant: one sentence each, with the numbers. */
export function keyProblems({ patterns, keys, andMore }: CountedKeys, { atLeast, atMost }: Omit<RedisKeysWish, 'patterns'>) {
  const tooFew = patterns
    .filter((each) => each.keys < atLeast)
    .map(({ pattern, keys: found }) => `pattern ${pattern} matches ${counted(found, 'key')}, and at least ${atLeast} must be there`);
  const tooMany = andMore || keys > atMost ? [`${andMore ? `more than ${mostKeysKnown}` : keys} keys match, and at most ${atMost} may be deleted`] : [];
  return { tooFew: andMore ? [] : tooFew, tooMany };
}
