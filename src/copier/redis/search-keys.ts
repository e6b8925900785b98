import type { Redis, RedisKey } from '../../adapters/redis/redis.js';
import { failure } from '../../errors.js';
import { throwIfStopped } from '../stop.js';

export interface SearchPart {
  readonly redis: Redis;
  readonly signal: AbortSignal;
  /** When the search is given up, in ms of the clock. */
  readonly untilMs: number;
}

/** A search through a big server's keys ends by then, in ms. */
const patienceMs = 300_000;

/** Rounds of SCAN from the first cursor to the last, never KEYS: the server answers others in between. Rounds may tell a key twice. */
export async function* searchKeys({ redis, signal, untilMs }: SearchPart, pattern: string): AsyncGenerator<readonly RedisKey[]> {
  let cursor = '0';
  do {
    throwIfStopped(signal);
    if (Date.now() > untilMs) throw failure('TimedOut', `the search for keys was not through after ${patienceMs / 1000} s`);
    const round = await redis.scan(cursor, pattern);
    cursor = round.cursor;
    yield round.keys;
  } while (cursor !== '0');
}

export const untilPatienceEnds = (): number => Date.now() + patienceMs;
