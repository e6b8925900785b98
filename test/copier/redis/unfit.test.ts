import { describeInfo } from '../../../src/adapters/redis/describe-info.js';
import { FakeRedis } from '../../adapters/redis/fake-redis.js';
import { freePort } from '../../support/free-port.js';
import { run } from './support/run.js';
import { describeWithRedis, type RedisUnderTest, startRedis } from './support/server.js';

const at = { host: 'redis', port: 6379 };

describe('a server on which no key can be set aside', () => {
  test.each([
    [{ version: '4.0.14' }, 'redis:6379 is Redis 4.0.14, and keys are set aside on Redis 5.0 or newer'],
    [{ mode: 'cluster' as const }, 'redis:6379 is a node of a Redis Cluster, where a key cannot be renamed out of its slot: clusters are not supported'],
    [{ mode: 'sentinel' as const }, 'redis:6379 is a Sentinel, which keeps no keys: name the Service of the master that it watches'],
    [{ replicaOf: 'master:6379' }, 'redis:6379 is a replica, and takes no writes: name the Service of its master, master:6379'],
  ])('%j is refused', async (more, message) => {
    const fake = new FakeRedis();
    fake.put('flag', 'on');
    fake.server = { ...fake.server, ...more };
    const order = { engine: 'redis', at, run: 'r1', epoch: 1, step: 'it' } as const;
    const { connect } = fake;
    for (const attempt of [
      run({ engine: 'redis', verb: 'count', at, patterns: ['flag'] }, { connect }),
      run({ ...order, verb: 'setAside', patterns: ['flag'], atLeast: 1, atMost: 1 }, { connect }),
      run({ ...order, verb: 'putBack' }, { connect }),
      run({ ...order, verb: 'dropAside' }, { connect }),
    ])
      await expect(attempt).rejects.toMatchObject({ type: 'RedisUnfit', nonRetryable: true, message });
    expect([...fake.keys.keys()]).toEqual(['flag']);
  });

  test('one that evicts any key is used, and the reader is told', async () => {
    const fake = new FakeRedis();
    fake.put('flag', 'on');
    fake.server = { ...fake.server, evicts: 'allkeys-lru' };
    const { notes } = await run({ engine: 'redis', verb: 'count', at, patterns: ['flag'] }, { connect: fake.connect });
    expect(notes).toEqual([expect.stringContaining('allkeys-lru')]);
  });
});

describe('what INFO tells', () => {
  test('of a Valkey, which speaks as a Redis', () => {
    expect(describeInfo('# Server\r\nredis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.1\r\nredis_mode:standalone\r\nrole:master\r\n')).toEqual({
      make: 'Valkey',
      version: '7.2.4',
      valkeyVersion: '8.1.1',
      mode: 'standalone',
    });
  });

  test.each([
    ['maxmemory:1000000\r\nmaxmemory_policy:allkeys-lru', { evicts: 'allkeys-lru' }],
    ['maxmemory:1000000\r\nmaxmemory_policy:volatile-lru', {}],
    ['maxmemory:0\r\nmaxmemory_policy:allkeys-lru', {}],
    ['maxmemory:1000000\r\nmaxmemory_policy:noeviction', {}],
  ])('of eviction: %j', (lines, expected) => {
    expect(describeInfo(`redis_version:7.0.15\r\n${lines}\r\n`)).toEqual({ make: 'Redis', version: '7.0.15', mode: 'standalone', ...expected });
  });
});

describeWithRedis()('a real server', () => {
  const started: RedisUnderTest[] = [];
  afterAll(() => Promise.all(started.map((server) => server.stop())));
  const count = async (...given: Parameters<typeof startRedis>) => {
    const server = await startRedis(...given);
    started.push(server);
    return run({ engine: 'redis', verb: 'count', at: server.at, patterns: ['x*'] });
  };

  test('of a cluster is refused', async () => {
    await expect(count({ config: ['cluster-enabled yes'] })).rejects.toMatchObject({ type: 'RedisUnfit', message: expect.stringContaining('Cluster') });
  });

  test('that is a replica is refused, and its master is named, whether that answers or not', async () => {
    const port = await freePort();
    await expect(count({ config: [`replicaof 127.0.0.1 ${port}`] })).rejects.toMatchObject({
      type: 'RedisUnfit',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });

  test('that is a Sentinel is refused', async () => {
    await expect(count({ sentinel: true })).rejects.toMatchObject({ type: 'RedisUnfit', message: expect.stringContaining('Sentinel') });
  });

  test('that evicts any key tells so', async () => {
    expect((await count({ config: ['maxmemory 100mb', 'maxmemory-policy allkeys-lru'] })).notes).toHaveLength(1);
  });
});
