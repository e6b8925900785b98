import { Guard } from '../../src/drill/guard/guard.js';

/** A guard whose clock the test moves, with a fault that can be taken back at the n-th attempt. */
function guarding({ failures = 0 } = {}) {
  const scene = { now: 0, reverted: [] as unknown[], tookOver: [] as { why: string; ledger: string }[], said: [] as object[], failures };
  const guard = new Guard({
    now: () => scene.now,
    revertAfterSeconds: 60,
    log: (line) => scene.said.push(line),
    revert: async (captured) => {
      if (scene.failures-- > 0) throw new Error('the node does not answer');
      scene.reverted.push(captured);
    },
    tookOver: async (why, ledger) => void scene.tookOver.push({ why, ledger }),
  });
  const at = (seconds: number) => {
    scene.now = seconds * 1000;
    guard.look();
  };
  const ask = (route: string, body: unknown) => guard.routes[route]!(body);
  return { scene, at, ask };
}

const captured = { node: 'n1' };
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a guard', () => {
  test('takes the fault back when its driver is not heard of for six seconds, and reports with the ledger that it has', async () => {
    const { scene, at, ask } = guarding();
    await ask('renew', { driver: 'd1', from: 0, lines: 'one\n' });
    await ask('arm', { driver: 'd1', captured });
    scene.now = 4000;
    // The answer to the first was lost.
    await ask('renew', { driver: 'd1', from: 0, lines: 'one\ntwo\n' });
    at(9.9);
    expect(scene.reverted).toEqual([]);
    at(10.1);
    await settled();
    expect(scene.reverted).toEqual([captured]);
    expect(scene.tookOver).toEqual([{ why: 'the driver was not heard of for 6 s', ledger: 'one\ntwo\n' }]);
    expect(await ask('ping', null)).toBe('reverted');
  });

  test('takes it back after the longest time it may last, however often it is renewed', async () => {
    const { scene, at, ask } = guarding();
    await ask('arm', { driver: 'd1', captured });
    for (let second = 1; second <= 61; second++) {
      at(second);
      await ask('renew', { driver: 'd1', from: 0, lines: '' });
    }
    await settled();
    expect(scene.reverted).toEqual([captured]);
    expect(scene.tookOver[0]?.why).toBe('the fault lasted 60 s');
  });

  test('goes on until the fault is taken back', async () => {
    const { scene, at, ask } = guarding({ failures: 1 });
    await ask('arm', { driver: 'd1', captured });
    at(7);
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(scene.reverted).toEqual([captured]);
    expect(scene.said).toContainEqual({ guard: 'reverting', failed: 'the node does not answer' });
  });

  test('does nothing before a driver is heard of, and nothing once that has ended', async () => {
    const { scene, at, ask } = guarding();
    at(100);
    await ask('renew', { driver: 'd1', from: 0, lines: '' });
    await ask('arm', { driver: 'd1', captured });
    expect(await ask('end', { driver: 'd1' })).toBe('armed');
    await ask('disarm', { driver: 'd1' });
    expect(await ask('end', { driver: 'd1' })).toBe('ended');
    at(300);
    await settled();
    expect(scene).toMatchObject({ reverted: [], tookOver: [] });
    expect(await ask('ping', null)).toBe('ended');
  });

  test.each([
    ['before its fault', []],
    ['after it took its fault back', ['arm', 'disarm']],
  ])('reports for a driver that is lost %s, with nothing to take back', async (_, told) => {
    const { scene, at, ask } = guarding();
    await ask('renew', { driver: 'd1', from: 0, lines: 'one\n' });
    for (const route of told) await ask(route, { driver: 'd1', captured });
    at(6.1);
    at(20);
    await settled();
    expect(scene.reverted).toEqual([]);
    expect(scene.tookOver).toEqual([{ why: 'the driver was not heard of for 6 s', ledger: 'one\n' }]);
  });

  test('is armed once: a driver that comes again, or another one, is refused', async () => {
    const { ask } = guarding();
    await ask('arm', { driver: 'd1', captured });
    await expect(ask('arm', { driver: 'd1', captured })).rejects.toThrow('a course is driven once');
    await expect(ask('renew', { driver: 'd2', from: 0, lines: '' })).rejects.toThrow('another driver has this course');
    await expect(ask('disarm', { driver: 'd2' })).rejects.toThrow('another driver has this course');
    await ask('disarm', { driver: 'd1' });
    await expect(ask('arm', { driver: 'd2', captured })).rejects.toThrow('a course is driven once');
  });
});
