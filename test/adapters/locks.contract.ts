import { createClusterLocks } from '../../src/adapters/journal/cluster-locks.js';
import type { RawKube } from '../../src/adapters/kube/kube.js';
import { meanwhile } from './guarded.contract.js';

const failing = (type: string) => expect.objectContaining({ type });
const ada = { workflowId: 'move-shop', title: 'Move shop to Helm', since: '2026-11-21T10:00:00.000Z' };
const bob = { workflowId: 'upgrade-shop', title: 'Upgrade shop', since: '2026-11-21T11:00:00.000Z' };

/** `fresh` gives ids that no other test has: a real cluster keeps what tests leave. */
export function locksContract(raw: () => RawKube, fresh: () => string): void {
  test('a key is held by one run, and held again by the same one', async () => {
    const [locks, run, key] = [createClusterLocks(raw()), fresh(), `release/shop/${fresh()}`];
    expect(await locks.holder(key)).toBeUndefined();
    await locks.take(run, ada, [key]);
    await locks.take(run, ada, [key]);
    expect(await locks.holder(key)).toEqual({ ...ada, run, state: 'busy' });
    await expect(locks.take(fresh(), bob, [key])).rejects.toMatchObject({ type: 'RunInProgress', details: [{ key, holder: { run, ...ada, state: 'busy' } }] });
    await locks.release(run, [key]);
    expect(await locks.holder(key)).toBeUndefined();
  });

  test('takes all keys or none', async () => {
    const [locks, first, second] = [createClusterLocks(raw()), fresh(), fresh()];
    const [a, b, c] = [fresh(), fresh(), fresh()];
    await locks.take(first, ada, [b]);
    await expect(locks.take(second, bob, [a, b, c])).rejects.toEqual(failing('RunInProgress'));
    expect(await locks.holder(a)).toBeUndefined();
    await locks.take(first, ada, [a]);
    await expect(locks.take(second, bob, [c, a])).rejects.toEqual(failing('RunInProgress'));
    expect(await locks.holder(c)).toBeUndefined();
    expect(await locks.holder(a)).toMatchObject({ run: first });
    await locks.release(first, [a, b]);
  });

  test('a clash leaves the keys that the run held before', async () => {
    const [locks, first, second] = [createClusterLocks(raw()), fresh(), fresh()];
    const [a, b] = [fresh(), fresh()];
    await locks.take(first, ada, [a]);
    await locks.take(second, bob, [b]);
    await expect(locks.take(first, ada, [a, b])).rejects.toEqual(failing('RunInProgress'));
    expect(await locks.holder(a)).toMatchObject({ run: first });
    await locks.release(first, [a]);
    await locks.release(second, [b]);
  });

  test('of two that take the same free key at once, one gets it', async () => {
    const key = fresh();
    const runs = [fresh(), fresh(), fresh(), fresh()];
    const taken = await Promise.allSettled(runs.map((run) => createClusterLocks(raw()).take(run, ada, [key])));
    expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const [winner = ''] = runs.filter((_, index) => taken[index]?.status === 'fulfilled');
    expect(await createClusterLocks(raw()).holder(key)).toMatchObject({ run: winner });
    await createClusterLocks(raw()).release(winner, [key]);
  });

  test('a lock that somebody emptied by hand goes to one of two that take it', async () => {
    const [first, second, key] = [fresh(), fresh(), fresh()];
    const plain = createClusterLocks(raw());
    await plain.take(first, ada, [key]);
    const leases = await raw().list({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: 'rehelm-system' });
    const name = leases.find(({ metadata }) => metadata.annotations?.['rehelm.dev/key'] === key)?.metadata.name ?? '';
    await raw().patch({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: 'rehelm-system', name }, { spec: { holderIdentity: null } });
    expect(await plain.holder(key)).toBeUndefined();
    const overtaken = createClusterLocks(meanwhile(raw(), 'patch', 'before', () => plain.take(first, ada, [key])));
    await expect(overtaken.take(second, bob, [key])).rejects.toEqual(failing('RunInProgress'));
    expect(await plain.holder(key)).toMatchObject({ run: first });
    await plain.release(first, [key]);
  });

  test('only its holder changes or releases a lock', async () => {
    const [locks, run, other, key] = [createClusterLocks(raw()), fresh(), fresh(), fresh()];
    await locks.take(run, ada, [key]);
    await locks.setState(run, [key], 'revertible');
    expect(await locks.holder(key)).toMatchObject({ run, state: 'revertible' });
    await expect(locks.setState(other, [key], 'busy')).rejects.toEqual(failing('NotOurs'));
    await locks.release(other, [key]);
    expect(await locks.holder(key)).toMatchObject({ run, state: 'revertible' });
    await locks.release(run, [key]);
    await locks.release(run, [key]);
  });

  test('a run that takes its revertible lock again does not make it busy', async () => {
    const [locks, run, key] = [createClusterLocks(raw()), fresh(), fresh()];
    await locks.take(run, ada, [key]);
    await locks.setState(run, [key], 'revertible');
    await locks.take(run, ada, [key]);
    expect(await locks.holder(key)).toMatchObject({ state: 'revertible' });
    await locks.release(run, [key]);
  });

  test('a drill and work in its namespace keep each other out, whoever comes first, for as long as either is busy', async () => {
    const [locks, work, drill, namespace] = [createClusterLocks(raw()), fresh(), fresh(), fresh()];
    const [worked, drilled] = [
      [`release/${namespace}/shop`, `source/${fresh()}/app=shop`],
      [fresh(), `drill/${namespace}`],
    ];
    await locks.take(work, ada, worked);
    await expect(locks.take(drill, bob, drilled)).rejects.toMatchObject({
      type: 'RunInProgress',
      details: [{ key: worked[0], holder: { run: work, ...ada } }],
    });
    for (const key of drilled) expect(await locks.holder(key)).toBeUndefined();
    await locks.setState(work, worked, 'revertible');
    await locks.take(drill, bob, drilled);
    expect(await locks.beside(worked)).toEqual([{ ...bob, key: `drill/${namespace}`, run: drill, state: 'busy' }]);
    await expect(locks.take(work, ada, worked)).rejects.toMatchObject({ type: 'RunInProgress', details: [{ key: `drill/${namespace}` }] });
    expect(await locks.holder(worked[0]!)).toMatchObject({ run: work });
    await locks.release(drill, drilled);
    await locks.take(work, ada, worked);
    await locks.release(work, worked);
  });

  test('of a drill and a run that take at once, not both get what they want', async () => {
    const namespace = fresh();
    const asked = [[`drill/${namespace}`], [`release/${namespace}/a`], [`source/${namespace}/b`]];
    const runs = asked.map(() => fresh());
    const taken = await Promise.allSettled(asked.map((keys, index) => createClusterLocks(raw()).take(runs[index]!, ada, keys)));
    const [drilled, ...worked] = taken.map(({ status }) => status === 'fulfilled');
    expect(drilled && worked.includes(true)).toBe(false);
    for (const [index, keys] of asked.entries()) await createClusterLocks(raw()).release(runs[index]!, keys);
  });

  test('an epoch starts at 1, only rises, and is the same when raised again to the same', async () => {
    const [locks, run] = [createClusterLocks(raw()), fresh()];
    expect(await locks.epoch(run)).toBe(1);
    expect(await locks.raiseEpoch(run, 2)).toBe(2);
    expect(await locks.raiseEpoch(run, 2)).toBe(2);
    expect(await locks.raiseEpoch(run, 1)).toBe(2);
    expect(await locks.raiseEpoch(run, 5)).toBe(5);
    expect(await locks.epoch(run)).toBe(5);
    expect(await locks.epoch(fresh())).toBe(1);
    await locks.dropEpoch(run);
    await locks.dropEpoch(run);
  });

  test('an epoch that is raised by two at once ends at the higher one', async () => {
    const [run, plain] = [fresh(), createClusterLocks(raw())];
    await plain.raiseEpoch(run, 2);
    const overtaken = createClusterLocks(meanwhile(raw(), 'patch', 'before', () => plain.raiseEpoch(run, 7)));
    expect(await overtaken.raiseEpoch(run, 3)).toBe(7);
    expect(await plain.epoch(run)).toBe(7);
    await plain.dropEpoch(run);
  });
}
