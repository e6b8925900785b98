import { deleteRedisKeys } from '../../src/activities/delete-redis-keys.js';
import { connectRedis } from '../../src/adapters/redis/driver.js';
import { failure } from '../../src/errors.js';
import { FakeRedis } from '../adapters/redis/fake-redis.js';
import { describeWithRedis, type RedisUnderTest, startRedis } from '../copier/redis/support/server.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { type RedisJobs, redisPassword, redisRef, withRedis } from '../support/redis-jobs.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const flag = 'alfred:ONBOARDING';
const input = { server: redisRef, patterns: ['*ONBOARDING'], atLeast: 1, atMost: 100 };
const isNoEpoch = (name: string) => !/^rehelm\.dev\/[^/]*$/.test(name);

function world(names: Readonly<Record<string, string>> = { [flag]: 'true', 'conversation:1': 'hello' }) {
  const [fake, redis] = [createFakeCluster(), new FakeRedis()];
  for (const [name, value] of Object.entries(names)) redis.put(name, value);
  const keys = async () => Object.fromEntries([...redis.keys].filter(([name]) => isNoEpoch(name)).toSorted());
  const jobs = withRedis(fake, redis.connect, keys);
  return { fake, redis, jobs };
}

const laws = {
  step: 'deleteRedisKeys',
  factory: deleteRedisKeys,
  input,
  secrets: [redisPassword],
  done: (fake: FakeCluster, result: unknown) => {
    expect(result).toEqual({ patterns: [{ pattern: '*ONBOARDING', keys: 1 }], setAside: 1, newer: 0, notes: [] });
    const told = JSON.stringify(fake.world());
    expect(told).toContain(`rehelm.dev/r1/it/aside/${flag}`);
    expect(told).not.toContain(`"${flag}`);
    expect(told).toContain('conversation:1');
  },
};

let jobs: RedisJobs;

stepLaws('deleteRedisKeys', {
  ...laws,
  world: () => {
    const { fake, jobs: made } = world();
    jobs = made;
    return fake;
  },
  before: () => jobs.look(),
});

describeWithRedis()('with a real server', () => {
  let server: RedisUnderTest;
  beforeAll(async () => {
    server = await startRedis({ password: redisPassword, config: [`requirepass ${redisPassword}`] });
  });
  afterAll(() => server?.stop());

  async function keys(): Promise<Readonly<Record<string, unknown>>> {
    const names = ((await server.send('KEYS', '*')) as readonly string[]).filter(isNoEpoch).toSorted();
    const read = async (name: string) => [name, [await server.send('GET', name), await server.send('PEXPIRETIME', name)]];
    return Object.fromEntries(await Promise.all(names.map(read)));
  }

  stepLaws('deleteRedisKeys', {
    ...laws,
    world: () => {
      const fake = createFakeCluster();
      jobs = withRedis(fake, ({ password }) => connectRedis({ ...server.at, ...(password !== undefined && { password }) }), keys);
      return fake;
    },
    before: async () => {
      await server.send('FLUSHALL');
      await server.send('SET', flag, 'true', 'PXAT', '4102444800000');
      await server.send('SET', 'conversation:1', 'hello');
      await jobs.look();
    },
  });
});

describe('deleteRedisKeys', () => {
  const check = (rig: StepRig, more: object = {}) => rig.check('deleteRedisKeys', { ...input, ...more });

  test('before the run a pattern that matches nothing is a problem, and so is one that matches too much', async () => {
    const rig = new StepRig(world({ 'a:ONBOARDING': '1', 'b:ONBOARDING': '2' }).fake, deleteRedisKeys);
    expect(await check(rig)).toEqual([]);
    expect(await check(rig, { patterns: ['*NOTHING', '*ONBOARDING'], atMost: 1 })).toEqual([
      '2 keys match, and at most 1 may be deleted',
      'pattern *NOTHING matches 0 keys, and at least 1 must be there',
    ]);
    expect(await check(rig, { patterns: ['*NOTHING'], atLeast: 0 })).toEqual([]);
  });

  test('of a server that a step of the run starts nothing is asked before the run', async () => {
    const { fake, jobs: asked } = world({});
    expect(await check(new StepRig(fake, deleteRedisKeys), { server: { ...redisRef, servedBy: { step: 'install' } } })).toEqual([]);
    expect(asked.requests).toEqual([]);
  });

  test.each([
    ['a Secret that is not there', { password: { secretRef: { namespace: 'product', name: 'none', key: 'x' } } }, 'Secret product/none is not there'],
    ['a key that is not in it', { password: { secretRef: { namespace: 'product', name: 'redis', key: 'x' } } }, 'has no key x; it has redis-password'],
  ])('names %s', async (_, more, message) => {
    expect(await check(new StepRig(world().fake, deleteRedisKeys), { server: { ...redisRef, ...more } })).toEqual([expect.stringContaining(message)]);
  });

  test.each([
    ['does not answer', 'Unreachable', 'connect to Redis at redis-master:6379: connect ECONNREFUSED'],
    ['wants another password', 'WrongPassword', 'connect to Redis at redis-master:6379: WRONGPASS'],
  ] as const)('a server that %s is a problem before the run', async (_, type, message) => {
    const fake = createFakeCluster();
    withRedis(
      fake,
      () => Promise.reject(failure(type, message)),
      async () => ({}),
    );
    expect(await check(new StepRig(fake, deleteRedisKeys))).toEqual([expect.stringContaining(message)]);
  });

  test('a replica is a problem before the run, and refused in it, in the step too', async () => {
    const { fake, redis } = world();
    const rig = new StepRig(fake, deleteRedisKeys);
    await rig.capture('deleteRedisKeys', input);
    redis.server = { ...redis.server, replicaOf: 'redis-master:6379' };
    expect(await check(rig)).toEqual([expect.stringContaining('name the Service of its master, redis-master:6379')]);
    await expect(rig.act('deleteRedisKeys', input)).rejects.toMatchObject({ type: 'RedisUnfit' });
  });

  test('a server that cannot be used ends it before it has begun: a rollback does not ask that server', async () => {
    const { fake, redis, jobs: asked } = world();
    redis.server = { ...redis.server, mode: 'cluster' };
    const rig = new StepRig(fake, deleteRedisKeys);
    await expect(rig.capture('deleteRedisKeys', input)).rejects.toMatchObject({ type: 'RedisUnfit' });
    expect(await rig.adapters.journal.read('r1')).toEqual([]);
    await rig.undo('deleteRedisKeys');
    expect(asked.requests.map(({ verb }) => verb)).toEqual(['count']);
  });

  test('goes by the address, the user and the database that it is told, with the password from its Secret', async () => {
    const { fake, jobs: asked } = world();
    const server = { ...redisRef, database: 2, user: 'mover', tls: { insecure: true as const } };
    const rig = new StepRig(fake, deleteRedisKeys);
    await rig.capture('deleteRedisKeys', input);
    await rig.act('deleteRedisKeys', { ...input, server });
    const { host, port } = redisRef;
    expect(asked.requests.slice(1)).toEqual([
      expect.objectContaining({
        ...{ verb: 'setAside', run: 'r1', epoch: 1, step: 'it' },
        at: { host, port, database: 2, user: 'mover', password: redisPassword, tls: { insecure: true } },
      }),
    ]);
  });

  test('a key that the product has made anew gives its name back to the older, and is kept beside it', async () => {
    const { fake, redis } = world();
    const rig = new StepRig(fake, deleteRedisKeys);
    await rig.capture('deleteRedisKeys', input);
    await rig.act('deleteRedisKeys', input);
    redis.put(flag, 'anew');
    await rig.undo('deleteRedisKeys');
    expect(redis.keys.get(flag)).toEqual({ value: 'true' });
    expect(redis.keys.get(`rehelm.dev/r1/it/newer/${flag}`)?.value).toBe('anew');
  });
});
