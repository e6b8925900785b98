import type { Adapters } from '../../src/activities/adapters.js';
import { deleteRedisKeys } from '../../src/activities/delete-redis-keys.js';
import { dropRedisAside } from '../../src/activities/drop-redis-aside.js';
import { FakeRedis } from '../adapters/redis/fake-redis.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { redisRef, withRedis } from '../support/redis-jobs.js';
import { StepRig } from '../support/step-rig.js';

const both = (adapters: Adapters) => ({ ...deleteRedisKeys(adapters), ...dropRedisAside(adapters) });
const input = { server: redisRef };

async function afterDeletion() {
  const [fake, redis] = [createFakeCluster(), new FakeRedis()];
  redis.put('a:FLAG', 'on');
  redis.put('other', 'kept');
  redis.put('rehelm.dev/r2/it/aside/b:FLAG', 'of another run');
  withRedis(fake, redis.connect, async () => ({}));
  const rig = new StepRig(fake, both);
  const wish = { server: redisRef, patterns: ['*FLAG'], atLeast: 1, atMost: 5 };
  await rig.capture('deleteRedisKeys', wish, 'delete');
  await rig.act('deleteRedisKeys', wish, 'delete');
  return { redis, rig };
}

describe('dropRedisAside', () => {
  test('deletes what the run has set aside, and nothing else; again, it deletes nothing', async () => {
    const { redis, rig } = await afterDeletion();
    expect(await rig.check('dropRedisAside', input)).toEqual([]);
    await rig.capture('dropRedisAside', input, 'drop');
    expect(await rig.act('dropRedisAside', input, 'drop')).toEqual({ dropped: 1 });
    expect([...redis.keys.keys()].toSorted()).toEqual(['other', 'rehelm.dev/r2/it/aside/b:FLAG']);
    expect(await rig.act('dropRedisAside', input, 'drop')).toEqual({ dropped: 0 });
  });

  test('is not taken back, and says why', async () => {
    const { rig } = await afterDeletion();
    await rig.capture('dropRedisAside', input, 'drop');
    await expect(rig.undo('dropRedisAside', 'drop')).rejects.toMatchObject({ type: 'WouldLoseData', message: expect.stringContaining(redisRef.host) });
  });

  test('its check names a Secret that is not there', async () => {
    const { rig } = await afterDeletion();
    const password = { secretRef: { namespace: 'product', name: 'gone', key: 'x' } };
    expect(await rig.check('dropRedisAside', { server: { ...redisRef, password } })).toEqual(['Secret product/gone is not there']);
  });
});
