import { connectRedis } from '../../../src/adapters/redis/driver.js';
import { epochKey, type KeyNames, type Redis } from '../../../src/adapters/redis/redis.js';
import { run } from './support/run.js';
import { describeWithRedis, type RedisUnderTest, startRedis } from './support/server.js';

const flag = 'alfred:CHATWOOT_INSTALLATION_ONBOARDING';
const pattern = '*CHATWOOT_INSTALLATION_ONBOARDING';

describeWithRedis()('keys of a Redis', () => {
  let server: RedisUnderTest;
  beforeAll(async () => {
    server = await startRedis();
  });
  beforeEach(() => server.send('FLUSHALL'));
  afterAll(() => server?.stop());

  const scope = (epoch = 1, step = 'it') => ({ engine: 'redis', at: server.at, run: 'r1', epoch, step }) as const;
  const setAside = (
    patterns: readonly string[] = [pattern],
    more: { readonly epoch?: number; readonly step?: string; readonly atMost?: number; readonly atLeast?: number } = {},
  ) => {
    const { epoch, step, atLeast = 1, atMost = 100 } = more;
    return run({ ...scope(epoch, step), verb: 'setAside', patterns, atLeast, atMost });
  };
  const putBack = (epoch = 2, step = 'it') => run({ ...scope(epoch, step), verb: 'putBack' });
  const dropAside = (epoch = 1) => run({ ...scope(epoch), verb: 'dropAside' });
  const count = (...patterns: readonly string[]) => run({ engine: 'redis', verb: 'count', at: server.at, patterns });
  /** Without the run's epoch. */
  const keys = async () => ((await server.send('KEYS', '*')) as readonly string[]).filter((key) => key !== epochKey('r1')).toSorted();
  const failureOf = (attempt: Promise<unknown>) =>
    attempt.then(
      () => undefined,
      (reason: Error & { readonly type?: string }) => reason,
    );

  test('are set aside, and the product finds none', async () => {
    await server.send('SET', flag, 'true');
    await server.send('SET', 'other', 'kept');
    expect(await setAside()).toEqual({ patterns: [{ pattern, keys: 1 }], setAside: 1, newer: 0, notes: [] });
    expect(await server.send('EXISTS', flag)).toBe(0);
    expect(await server.send('GET', 'other')).toBe('kept');
    expect(await keys()).toEqual(['other', `rehelm.dev/r1/it/aside/${flag}`]);
  });

  test('are back as they were, of every type', async () => {
    await server.send('HSET', 'a:FLAG', 'field', 'value');
    await server.send('RPUSH', 'b:FLAG', 'one', 'two');
    await server.send('ZADD', 'c:FLAG', '1', 'member');
    await server.send('XADD', 'd:FLAG', '1-1', 'field', 'value');
    await server.send('SADD', 'e:FLAG', 'member');
    await server.send('SET', 'f:FLAG', 'on', 'PXAT', '4102444800000');
    const odd = Buffer.from([0xff, 0x3a, 0x46, 0x4c, 0x41, 0x47]);
    await server.send('SET', odd, 'on');
    const names = [...['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => Buffer.from(`${letter}:FLAG`)), odd];
    const world = () => Promise.all(names.map(async (name) => [await server.send('DUMP', name), await server.send('PEXPIRETIME', name)]));
    const before = await world();
    expect(await setAside(['*:FLAG'])).toMatchObject({ setAside: 7 });
    expect(await server.send('EXISTS', ...names)).toBe(0);
    expect(await putBack()).toEqual({ putBack: 7, newer: 0 });
    expect(await world()).toEqual(before);
  });

  test('are counted without a change, and what rehelm keeps is none of them', async () => {
    await server.send('SET', flag, 'true');
    await server.send('SET', `rehelm.dev/r9/it/aside/${flag}`, 'of another run');
    expect(await count(pattern, 'nothing*')).toEqual({
      server: 'Redis 7.0.15',
      patterns: [
        { pattern, keys: 1 },
        { pattern: 'nothing*', keys: 0 },
      ],
      keys: 1,
      notes: [],
    });
    await setAside();
    expect(await keys()).toEqual([`rehelm.dev/r1/it/aside/${flag}`, `rehelm.dev/r9/it/aside/${flag}`]);
  });

  test('that match several patterns count for each, and once for all', async () => {
    await server.send('SET', flag, 'true');
    expect(await setAside([pattern, 'alfred:*'], { atMost: 1 })).toMatchObject({
      patterns: [
        { pattern, keys: 1 },
        { pattern: 'alfred:*', keys: 1 },
      ],
      setAside: 1,
    });
  });

  test('are none where a pattern matches nothing: named, with the numbers, and nothing is touched', async () => {
    await server.send('SET', flag, 'true');
    const failure = await failureOf(setAside([pattern, '*NOTHING']));
    expect(failure).toMatchObject({
      type: 'TooFewKeys',
      nonRetryable: true,
      message: 'pattern *NOTHING matches 0 keys, and at least 1 must be there',
      details: [
        {
          keys: 1,
          patterns: [
            { pattern, keys: 1 },
            { pattern: '*NOTHING', keys: 0 },
          ],
        },
      ],
    });
    expect(await keys()).toEqual([flag]);
    expect(await setAside([pattern, '*NOTHING'], { atLeast: 0 })).toMatchObject({ setAside: 1 });
  });

  test('are too many above the limit: named, with the number, and nothing is touched', async () => {
    for (let number = 0; number < 12; number += 1) await server.send('SET', `many:${number}`, 'x');
    expect(await failureOf(setAside(['many:*'], { atMost: 11 }))).toMatchObject({
      type: 'TooManyKeys',
      message: '12 keys match, and at most 11 may be deleted',
    });
    expect(await server.send('KEYS', 'many:*')).toHaveLength(12);
    expect(await setAside(['many:*'], { atMost: 12 })).toMatchObject({ setAside: 12 });
  });

  test('are not counted to a million', async () => {
    await server.send('EVAL', "for i = 1, 60000 do redis.call('SET', 'many:' .. i, 'x') end", '0');
    expect(await count('many:*')).toMatchObject({ andMore: true });
    expect(await failureOf(setAside(['many:*'], { atMost: 10_000 }))).toMatchObject({
      type: 'TooManyKeys',
      message: 'more than 10000 keys match, and at most 10000 may be deleted',
    });
    expect(await server.send('KEYS', 'many:*')).toHaveLength(60_000);
  });

  test('that an earlier attempt has set aside count in a later one', async () => {
    await server.send('SET', flag, 'true');
    const first = await setAside();
    expect(await setAside()).toEqual(first);
    expect(await failureOf(setAside([pattern], { atLeast: 2 }))).toMatchObject({ type: 'TooFewKeys' });
  });

  test('of another step are its own', async () => {
    await server.send('SET', flag, 'true');
    await setAside();
    expect(await failureOf(setAside([pattern], { step: 'second' }))).toMatchObject({ type: 'TooFewKeys' });
    expect(await putBack(2, 'second')).toEqual({ putBack: 0, newer: 0 });
    expect(await putBack()).toEqual({ putBack: 1, newer: 0 });
  });

  test('made anew before they come back: the older has its name, and the newer is kept for a month', async () => {
    await server.send('SET', flag, 'old');
    await setAside();
    await server.send('SET', flag, 'new');
    expect(await putBack()).toEqual({ putBack: 1, newer: 1 });
    expect(await server.send('GET', flag)).toBe('old');
    expect(await server.send('GET', `rehelm.dev/r1/it/newer/${flag}`)).toBe('new');
    expect(await server.send('TTL', `rehelm.dev/r1/it/newer/${flag}`)).toBe(30 * 86_400);
    expect(await putBack()).toEqual({ putBack: 0, newer: 0 });
    expect(await server.send('GET', flag)).toBe('old');
  });

  test('that expire meanwhile are gone, and nothing fails', async () => {
    await server.send('SET', flag, 'true', 'PX', '300');
    await setAside();
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await putBack()).toEqual({ putBack: 0, newer: 0 });
  });

  test('in another database are others', async () => {
    await server.send('SET', flag, 'true');
    const at = { ...server.at, database: 3 };
    expect(await failureOf(run({ ...scope(), at, verb: 'setAside', patterns: [pattern], atLeast: 1, atMost: 1 }))).toMatchObject({ type: 'TooFewKeys' });
    expect(await keys()).toEqual([flag]);
  });

  test('are put back where none was ever set aside: nothing changes', async () => {
    await server.send('SET', flag, 'true');
    expect(await putBack()).toEqual({ putBack: 0, newer: 0 });
    expect(await keys()).toEqual([flag]);
  });

  test('are dropped at the end with all that the run keeps there, and of no other run', async () => {
    await server.send('SET', flag, 'true');
    await setAside();
    await server.send('SET', 'rehelm.dev/r10/it/aside/x', 'of another run');
    expect(await dropAside()).toEqual({ dropped: 1 });
    expect(await server.send('KEYS', '*')).toEqual(['rehelm.dev/r10/it/aside/x']);
    expect(await dropAside()).toEqual({ dropped: 0 });
  });

  describe('and an attempt that was given up', () => {
    test('does not begin again once the run has turned back', async () => {
      await server.send('SET', flag, 'true');
      await setAside();
      await putBack(2);
      expect(await failureOf(setAside())).toMatchObject({ type: 'Superseded' });
      expect(await failureOf(dropAside(1))).toMatchObject({ type: 'Superseded' });
      expect(await keys()).toEqual([flag]);
    });

    /** Stands still before its first write of a key, until somebody else was there. */
    const stalledBefore = (meanwhile: () => Promise<unknown>) => async (at: typeof server.at) => {
      const redis = await connectRedis(at);
      let once = true;
      const setAsideOnce = async (fence: { readonly run: string; readonly epoch: number }, names: KeyNames) => {
        if (once) await meanwhile();
        once = false;
        return redis.setAside(fence, names);
      };
      return new Proxy(redis, {
        get: (target, name) => {
          if (name === 'setAside') return setAsideOnce;
          const value = Reflect.get(target, name) as unknown;
          return typeof value === 'function' ? value.bind(target) : value;
        },
      }) as Redis;
    };

    test('writes nothing into the rollback, wherever it stood', async () => {
      for (const name of ['a', 'b', 'c']) await server.send('SET', `${name}:FLAG`, name);
      const connect = stalledBefore(() => putBack(2)) as typeof connectRedis;
      const stalled = run({ ...scope(), verb: 'setAside', patterns: ['*:FLAG'], atLeast: 1, atMost: 9 }, { connect });
      expect(await failureOf(stalled)).toMatchObject({ type: 'Superseded', message: expect.stringContaining('epoch 2') });
      expect(await keys()).toEqual(['a:FLAG', 'b:FLAG', 'c:FLAG']);
    });

    test('writes nothing after the finalize', async () => {
      await server.send('SET', 'a:FLAG', 'a');
      const connect = stalledBefore(() => dropAside(1)) as typeof connectRedis;
      const stalled = run({ ...scope(), verb: 'setAside', patterns: ['*:FLAG'], atLeast: 1, atMost: 9 }, { connect });
      expect(await failureOf(stalled)).toMatchObject({ type: 'Superseded', message: expect.stringContaining('finalized') });
      expect(await keys()).toEqual(['a:FLAG']);
    });

    test('a key that the product deletes itself meanwhile does not count', async () => {
      await server.send('SET', flag, 'true');
      const connect = stalledBefore(() => server.send('DEL', flag)) as typeof connectRedis;
      const attempt = run({ ...scope(), verb: 'setAside', patterns: [pattern], atLeast: 1, atMost: 9 }, { connect });
      expect(await failureOf(attempt)).toMatchObject({ type: 'TooFewKeys' });
    });
  });

  test('are not searched for by one that was asked to stop', async () => {
    await server.send('SET', flag, 'true');
    const signal = AbortSignal.abort();
    expect(await failureOf(run({ ...scope(), verb: 'setAside', patterns: [pattern], atLeast: 1, atMost: 9 }, { signal }))).toMatchObject({ type: 'NotReady' });
    expect(await keys()).toEqual([flag]);
  });

  test('are searched for in rounds, never by KEYS', async () => {
    await server.send('CONFIG', 'RESETSTAT');
    await server.send('SET', flag, 'true');
    await setAside();
    await putBack();
    const stats = String(await server.send('INFO', 'commandstats'));
    expect(stats).toContain('cmdstat_scan');
    expect(stats).not.toContain('cmdstat_keys');
  });
});
