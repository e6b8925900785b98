import { setTimeout as sleep } from 'node:timers/promises';
import { bundleCopier, type CopierProgram, failureOf, resultOf } from '../support/copier-process.js';
import { describeWithRedis, type RedisUnderTest, startRedis } from './support/server.js';

const many = 9000;
const password = 'redis-canary';

describeWithRedis()('the copier as its image has it', () => {
  let server: RedisUnderTest;
  let copier: CopierProgram;
  beforeAll(async () => {
    server = await startRedis({ password, config: [`requirepass ${password}`] });
    copier = await bundleCopier();
  }, 60_000);
  afterAll(async () => {
    copier?.remove();
    await server?.stop();
  });

  const scope = (epoch: number) => ({ engine: 'redis', at: server.at, run: 'r1', epoch, step: 'it' }) as const;
  const setAside = () => copier.start({ ...scope(1), verb: 'setAside', patterns: ['many:*'], atLeast: 1, atMost: 10_000 }, 'pod-1');
  const putBack = () => copier.start({ ...scope(2), verb: 'putBack' }, 'pod-2');
  const left = async () => ((await server.send('KEYS', 'many:*')) as readonly string[]).length;

  /** Killed when some keys have gone the way and some have not. */
  async function killHalfWay(start: typeof setAside, isHalf: (left: number) => boolean): Promise<number> {
    const running = start();
    while (!isHalf(await left())) await sleep(2);
    running.kill('SIGKILL');
    expect((await running.ended).signal).toBe('SIGKILL');
    const now = await left();
    expect(now).toBeGreaterThan(0);
    expect(now).toBeLessThan(many);
    return now;
  }

  test('killed half-way, on either way, loses no key: the next one goes on from there', async () => {
    await server.send('EVAL', `for i = 1, ${many} do redis.call('SET', 'many:' .. i, i) end`, '0');
    await killHalfWay(setAside, (now) => now < many);
    expect(resultOf(await setAside().ended)).toMatchObject({ setAside: many });
    expect(await left()).toBe(0);
    await killHalfWay(putBack, (now) => now > 0);
    await putBack().ended;
    expect(await left()).toBe(many);
    expect(await server.send('GET', 'many:77')).toBe('77');
    expect(await server.send('DBSIZE')).toBe(many + 1);
  }, 60_000);

  test('ends with a failure of the catalogue, and tells no password', async () => {
    const end = await copier.start({ engine: 'redis', verb: 'count', at: { ...server.at, password: 'wrong-canary' }, patterns: ['x*'] }, 'pod-1').ended;
    expect(failureOf(end)).toMatchObject({ type: 'WrongPassword' });
    expect(end.exitCode).toBe(1);
    expect(end.text).not.toContain('canary');
  });

  test('knows no other verb', async () => {
    const end = await copier.start({ engine: 'redis', verb: 'flush', at: server.at } as never, 'pod-1').ended;
    expect(failureOf(end)).toMatchObject({ type: 'Invalid', message: expect.stringContaining('no verb flush of redis') });
  });
});
