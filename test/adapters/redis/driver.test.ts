import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectRedis } from '../../../src/adapters/redis/driver.js';
import { ownPrefix, type Redis } from '../../../src/adapters/redis/redis.js';
import type { RedisAddress } from '../../../src/model/copier-redis.js';
import { run } from '../../copier/redis/support/run.js';
import { describeWithRedis, type RedisUnderTest, startRedis } from '../../copier/redis/support/server.js';
import { certificate } from '../../support/certificate.js';
import { freePort } from '../../support/free-port.js';
import { scratchFolder } from '../../support/scratch-folder.js';

/** What docs/redis.md says that a user of ours needs. */
const rights = '-@all +info +select +scan +eval +get +set +exists +rename +renamenx +pttl +pexpire +unlink';

async function ask<T>(at: RedisAddress, use: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = await connectRedis(at);
  return use(redis).finally(() => redis.close());
}

const inspect = (at: RedisAddress) => ask(at, (redis) => redis.describe());
const move = (at: RedisAddress) => run({ engine: 'redis', verb: 'setAside', at, run: 'r1', epoch: 1, step: 'it', patterns: ['*flag'], atLeast: 1, atMost: 5 });

describeWithRedis()('a Redis that', () => {
  const started: RedisUnderTest[] = [];
  const start = async (...given: Parameters<typeof startRedis>) => {
    const server = await startRedis(...given);
    started.push(server);
    return server;
  };
  afterAll(() => Promise.all(started.map((server) => server.stop())));

  describe('asks for a password', () => {
    let server: RedisUnderTest;
    const password = 'p@ss canary';
    beforeAll(async () => {
      server = await start({ password, config: [`requirepass "${password}"`] });
    });

    test('lets us in with it, with or without the name of its own user', async () => {
      expect(await inspect(server.at)).toMatchObject({ make: 'Redis' });
      expect(await inspect({ ...server.at, user: 'default' })).toMatchObject({ make: 'Redis' });
    });

    test.each([
      ['none', ''],
      ['another', 'wrong-canary'],
    ])('names what it got %s for, and tells no password', async (_, wrong) => {
      const error = await inspect({ ...server.at, password: wrong }).then(
        () => undefined,
        (reason) => reason,
      );
      expect(error).toMatchObject({ type: 'WrongPassword', nonRetryable: true });
      expect(error.message).not.toContain('canary');
    });
  });

  test('asks for none takes an empty one as none, and refuses another', async () => {
    const { at } = await start();
    expect(await inspect({ ...at, password: '' })).toMatchObject({ make: 'Redis' });
    await expect(inspect({ ...at, password: 'some' })).rejects.toMatchObject({ type: 'WrongPassword' });
  });

  describe('has ACL users', () => {
    let server: RedisUnderTest;
    beforeAll(async () => {
      const users = [
        `user mover on >pw ~* ${rights}`,
        `user narrow on >pw ~*flag ~rehelm.dev/* ${rights}`,
        'user empty on nopass ~* +@all',
        'user reader on >pw ~* -@all +info +scan',
        'user elsewhere on >pw ~other:* +@all',
      ];
      server = await start({ user: 'default', password: 'root', config: ['user default on >root ~* +@all', ...users] });
    });
    beforeEach(async () => {
      await server.send('FLUSHALL');
      await server.send('SET', 'flag', 'on');
    });

    test.each(['mover', 'narrow'])('lets one with the documented rights do all that rehelm does: %s', async (user) => {
      const at = { ...server.at, user, password: 'pw', database: 0 };
      const scope = { engine: 'redis', at, run: 'r1', epoch: 1, step: 'it' } as const;
      await run({ engine: 'redis', verb: 'count', at, patterns: ['*flag'] });
      expect(await move(at)).toMatchObject({ setAside: 1 });
      await server.send('SET', 'flag', 'new');
      expect(await run({ ...scope, verb: 'putBack' })).toEqual({ putBack: 1, newer: 1 });
      await move(at);
      expect(await run({ ...scope, verb: 'dropAside' })).toEqual({ dropped: 2 });
      expect(await server.send('KEYS', '*')).toEqual([]);
    });

    test('lets one with them into another database', async () => {
      expect(await inspect({ ...server.at, user: 'narrow', password: 'pw', database: 3 })).toMatchObject({ make: 'Redis' });
    });

    test('lets one without a password in', async () => {
      expect(await move({ ...server.at, user: 'empty', password: '' })).toMatchObject({ setAside: 1 });
    });

    test.each([
      ['may only read', 'reader'],
      ['may write to other keys only', 'elsewhere'],
    ])('refuses one who %s, and nothing is moved', async (_, user) => {
      const error = await move({ ...server.at, user, password: 'pw' }).then(
        () => undefined,
        (reason) => reason,
      );
      expect(error).toMatchObject({ type: 'Forbidden', nonRetryable: true });
      expect(error.message).not.toMatch(/flag|rehelm\.dev|user_script/);
      expect(await server.send('KEYS', '*')).toEqual(['flag']);
    });

    test('refuses one whom it does not know', async () => {
      await expect(inspect({ ...server.at, user: 'nobody', password: 'pw' })).rejects.toMatchObject({ type: 'WrongPassword' });
    });
  });

  describe('speaks TLS only', () => {
    let at: RedisUnderTest['at'];
    beforeAll(async () => {
      const folder = scratchFolder('redis-tls');
      const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
      writeFileSync(cert, certificate.cert);
      writeFileSync(key, certificate.key);
      ({ at } = await start({ tls: true, config: [`tls-cert-file ${cert}`, `tls-key-file ${key}`] }));
    });

    test('is reached where its authority is trusted, or nobody is asked for one', async () => {
      expect(await inspect({ ...at, tls: { ca: certificate.cert } })).toMatchObject({ make: 'Redis' });
      expect(await inspect({ ...at, host: 'localhost', tls: { ca: certificate.cert } })).toMatchObject({ make: 'Redis' });
      expect(await inspect({ ...at, tls: { insecure: true } })).toMatchObject({ make: 'Redis' });
    });

    test.each([
      ['without TLS', undefined],
      ['by authorities of the world', {}],
    ])('is not reached %s', async (_, tls) => {
      await expect(inspect({ ...at, ...(tls && { tls }) })).rejects.toMatchObject({ type: 'Unreachable', nonRetryable: false });
    });
  });

  test('is not there is unreachable, by its address', async () => {
    const port = await freePort();
    await expect(inspect({ host: '127.0.0.1', port })).rejects.toMatchObject({ type: 'Unreachable', message: expect.stringContaining(`127.0.0.1:${port}`) });
    await expect(inspect({ host: 'no-such-host.invalid' })).rejects.toMatchObject({ type: 'Unreachable' });
  });

  test('dies while it is asked is unreachable', async () => {
    const server = await start();
    const redis = await connectRedis(server.at);
    await server.stop();
    await expect(redis.scan('0', '*')).rejects.toMatchObject({ type: 'Unreachable' });
    await redis.close();
  });

  test('has no memory left says so, and nothing is moved', async () => {
    const server = await start();
    await server.send('SET', 'flag', 'on');
    await server.send('CONFIG', 'SET', 'maxmemory', '1');
    await expect(move(server.at)).rejects.toMatchObject({ type: 'NoSpace' });
    expect(await server.send('EXISTS', 'flag')).toBe(1);
  });

  test('had a command taken away is forbidden, and the key is not told', async () => {
    const server = await start({ config: ['rename-command EVAL ""'] });
    await server.send('SET', 'secret-flag', 'on');
    const error = await move(server.at).then(
      () => undefined,
      (reason) => reason,
    );
    expect(error).toMatchObject({ type: 'Forbidden' });
    expect(error.message).not.toMatch(new RegExp(`secret-flag|${ownPrefix}`));
  });

  test('has no such database says so', async () => {
    const { at } = await start();
    await expect(inspect({ ...at, database: 99 })).rejects.toMatchObject({ type: 'Invalid' });
  });
});
