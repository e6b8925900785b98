import { connectRedis } from '../../../src/adapters/redis/driver.js';
import { describeWithRedis, startRedis } from '../../copier/redis/support/server.js';
import { FakeRedis } from './fake-redis.js';
import { redisContract } from './redis.contract.js';

redisContract('Redis in memory', describe, async () => {
  const fake = new FakeRedis(100);
  return {
    connect: fake.connect,
    clear: async () => fake.keys.clear(),
    put: async (key, value, seconds) => fake.put(key.toString('latin1'), value, seconds),
    async get(key) {
      const found = fake.keys.get(key.toString('latin1'));
      return found && { value: found.value, ...(found.expiresAtMs !== undefined && { secondsLeft: (found.expiresAtMs - Date.now()) / 1000 }) };
    },
    stop: async () => undefined,
  };
});

redisContract('Redis', describeWithRedis(), async () => {
  const server = await startRedis();
  return {
    connect: () => connectRedis(server.at),
    clear: async () => void (await server.send('FLUSHALL')),
    async put(key, value, seconds) {
      await server.send('SET', key, value, ...(seconds === undefined ? [] : ['EX', String(seconds)]));
    },
    async get(key) {
      const value = await server.send('GET', key);
      const left = Number(await server.send('PTTL', key));
      return value === null ? undefined : { value: String(value), ...(left >= 0 && { secondsLeft: left / 1000 }) };
    },
    stop: () => server.stop(),
  };
});
