import { type ConnectRedis, epochKey, keepSeconds, type Redis, type RedisKey } from '../../../src/adapters/redis/redis.js';

export interface RedisWorld {
  readonly connect: ConnectRedis;
  /** Nothing is in it. */
  clear(): Promise<void>;
  put(key: Buffer, value: string, seconds?: number): Promise<void>;
  get(key: Buffer): Promise<{ readonly value: string; readonly secondsLeft?: number } | undefined>;
}

const bytes = (text: string): Buffer => Buffer.from(text);

/** What the verbs build on, of the real server and of the one in memory. */
export function redisContract(
  title: string,
  describeHere: typeof describe | typeof describe.skip,
  open: () => Promise<RedisWorld & { stop(): Promise<void> }>,
): void {
  describeHere(title, () => {
    let world: RedisWorld & { stop(): Promise<void> };
    let redis: Redis;
    const fence = { run: 'r1', epoch: 1 };
    const names = { key: bytes('flag'), aside: bytes('aside/flag'), newer: bytes('newer/flag') };

    beforeAll(async () => {
      world = await open();
      redis = await world.connect({ host: '127.0.0.1' });
    });
    beforeEach(() => world.clear());
    afterAll(async () => {
      await redis?.close();
      await world?.stop();
    });

    async function all(pattern: string | Buffer): Promise<readonly string[]> {
      const found = new Set<string>();
      let cursor = '0';
      do {
        const round = await redis.scan(cursor, pattern);
        for (const key of round.keys) found.add(key.toString('latin1'));
        cursor = round.cursor;
      } while (cursor !== '0');
      return [...found].toSorted();
    }

    const textOf = async (key: RedisKey) => (await world.get(key))?.value;

    test('is a server that takes writes', async () => {
      expect(await redis.describe()).toEqual({ make: 'Redis', version: expect.stringMatching(/^7\./), mode: 'standalone' });
    });

    test('finds nothing in an empty one', async () => {
      expect(await all('*')).toEqual([]);
    });

    test.each([
      ['*FLAG', ['FLAG', 'alfred:FLAG']],
      ['alfred:*', ['alfred:FLAG', 'alfred:[x]', 'alfred:x']],
      ['alfred:?', ['alfred:x']],
      ['alfred:[[]x]', ['alfred:[x]']],
      [String.raw`alfred:\[x\]`, ['alfred:[x]']],
      ['[^a-z]*', ['FLAG', '\u00c3\u00a4:1']],
      ['a*[a-z]', ['alfred:x', 'a\nx']],
      ['flag', []],
      ['ä*', ['\u00c3\u00a4:1']],
    ])('finds by the pattern %s', async (pattern, expected) => {
      for (const name of ['FLAG', 'alfred:FLAG', 'alfred:[x]', 'alfred:x', 'a\nx', 'ä:1']) await world.put(bytes(name), 'on');
      expect(await all(pattern)).toEqual([...expected].toSorted());
    });

    test('finds each of many, round by round', async () => {
      const keys = Array.from({ length: 2500 }, (_, number) => `many:${number}`);
      for (const key of keys) await world.put(bytes(key), 'on');
      expect(await all('many:*')).toHaveLength(2500);
    });

    test('names are bytes, not text', async () => {
      const odd = Buffer.from([0xff, 0x00, 0xfe, 0x41]);
      await world.put(odd, 'on');
      expect(await all('*A')).toEqual([odd.toString('latin1')]);
      await redis.raiseEpoch(fence);
      await redis.setAside(fence, { ...names, key: odd, aside: Buffer.concat([bytes('aside/'), odd]) });
      expect(await textOf(Buffer.concat([bytes('aside/'), odd]))).toBe('on');
    });

    test('sets a key aside and puts it back with value and time to live', async () => {
      await world.put(names.key, 'on', 500);
      await redis.raiseEpoch(fence);
      expect(await redis.setAside(fence, names)).toBe('moved');
      expect(await world.get(names.key)).toBeUndefined();
      expect(await redis.putBack(fence, names)).toBe('moved');
      const back = await world.get(names.key);
      expect(back?.value).toBe('on');
      expect(back?.secondsLeft).toBeGreaterThan(490);
      expect(back?.secondsLeft).toBeLessThanOrEqual(500);
      expect(await all('*')).toEqual(['flag', epochKey('r1')]);
    });

    test('a key without an end has none when it is back', async () => {
      await world.put(names.key, 'on');
      await redis.raiseEpoch(fence);
      await redis.setAside(fence, names);
      await redis.putBack(fence, names);
      expect(await world.get(names.key)).toEqual({ value: 'on' });
    });

    test('what is not there is gone, and changes nothing', async () => {
      await redis.raiseEpoch(fence);
      expect(await redis.setAside(fence, names)).toBe('gone');
      expect(await redis.putBack(fence, names)).toBe('gone');
      expect(await all('*')).toEqual([epochKey('r1')]);
    });

    test('the first that was set aside stays, and one made since is kept for a month', async () => {
      await world.put(names.key, 'old');
      await redis.raiseEpoch(fence);
      await redis.setAside(fence, names);
      await world.put(names.key, 'new');
      expect(await redis.setAside(fence, names)).toBe('newer');
      expect(await textOf(names.aside)).toBe('old');
      const kept = await world.get(names.newer);
      expect(kept?.value).toBe('new');
      expect(kept?.secondsLeft).toBeGreaterThan(keepSeconds - 60);
      expect(await world.get(names.key)).toBeUndefined();
    });

    test('on its way back the older one has the name, and the newer is kept, for less where it was to live shorter', async () => {
      await world.put(names.key, 'old');
      await redis.raiseEpoch(fence);
      await redis.setAside(fence, names);
      await world.put(names.key, 'new', 300);
      expect(await redis.putBack(fence, names)).toBe('newer');
      expect(await world.get(names.key)).toEqual({ value: 'old' });
      const kept = await world.get(names.newer);
      expect(kept?.value).toBe('new');
      expect(kept?.secondsLeft).toBeLessThanOrEqual(300);
    });

    test('an epoch is raised and never lowered, and is kept for a month', async () => {
      expect(await redis.epoch('r1')).toBe(0);
      expect(await redis.raiseEpoch({ run: 'r1', epoch: 9 })).toBe(9);
      expect(await redis.raiseEpoch({ run: 'r1', epoch: 10 })).toBe(10);
      expect(await redis.raiseEpoch({ run: 'r1', epoch: 9 })).toBe(10);
      expect(await redis.epoch('r1')).toBe(10);
      expect(await redis.epoch('r2')).toBe(0);
      expect((await world.get(bytes(epochKey('r1'))))?.secondsLeft).toBeGreaterThan(keepSeconds - 60);
    });

    test.each([
      ['of an older epoch', { run: 'r1', epoch: 1 }],
      ['of a newer one that took nothing', { run: 'r1', epoch: 3 }],
      ['of a run that is not known', { run: 'r2', epoch: 2 }],
    ])('a writer %s changes nothing', async (_, other) => {
      await world.put(names.key, 'on');
      await world.put(bytes('aside/other'), 'off');
      await redis.raiseEpoch({ run: 'r1', epoch: 2 });
      const before = await all('*');
      expect(await redis.setAside(other, names)).toBe('superseded');
      expect(await redis.putBack(other, { ...names, aside: bytes('aside/other') })).toBe('superseded');
      expect(await redis.drop(other, [names.key])).toBe('superseded');
      await redis.forget(other);
      expect(await all('*')).toEqual(before);
      expect(await textOf(names.key)).toBe('on');
    });

    test('drops keys, says how many were there, and forgets the run', async () => {
      await world.put(names.aside, 'on');
      await redis.raiseEpoch(fence);
      expect(await redis.drop(fence, [names.aside, names.newer])).toBe(1);
      await redis.forget(fence);
      expect(await all('*')).toEqual([]);
      expect(await redis.setAside(fence, names)).toBe('superseded');
    });
  });
}
