import { checkLocks } from '../../../src/activities/inspect/check-locks.js';
import type { Temporal } from '../../../src/adapters/temporal/temporal.js';
import { createFakeCluster } from '../../support/fake-cluster/fake-cluster.js';
import { adaptersOver } from '../../support/step-rig.js';

const keys = ['release/shop-helm/shop', 'source/shop/app=shop'];

async function said(isOpen: () => Promise<boolean>, state: 'busy' | 'revertible' = 'busy') {
  const { locks } = adaptersOver(createFakeCluster());
  await locks.take('r0', { workflowId: 'migrate/shop-helm/shop', title: 'Move shop', since: '2026-01-01T00:00:00Z' }, keys);
  await locks.setState('r0', keys, state);
  return (await checkLocks({ locks, temporal: { isOpen, openAfterwards: async () => [] } }, keys)).map(({ message }) => message);
}

const held = `${keys[0]} and ${keys[1]} are held by run r0 (workflow migrate/shop-helm/shop, `;

describe('who holds a lock, and what is to be done', () => {
  test('nobody', async () => {
    const { locks } = adaptersOver(createFakeCluster());
    expect(await checkLocks({ locks, temporal: { isOpen: async () => true, openAfterwards: async () => [] } }, keys)).toEqual([]);
  });

  test('a run that is at work', async () => {
    expect(await said(async () => true)).toEqual([expect.stringMatching(/still at work: look at it \(rehelm status r0\)/)]);
    expect((await said(async () => true))[0]).toContain(held);
  });

  test('a run that somebody terminated is to be taken back', async () => {
    expect(await said(async () => false)).toEqual([expect.stringMatching(/ended in the middle.*take it back first \(rehelm rollback r0\)$/)]);
  });

  test('a run that succeeded is to be finalized or taken back', async () => {
    expect(await said(async () => false, 'revertible')).toEqual([expect.stringMatching(/finalize it \(rehelm finalize r0\) or roll it back/)]);
  });

  test('without an answer of Temporal’s both ways out are named', async () => {
    expect(await said(() => Promise.reject(new Error('away')))).toEqual([expect.stringMatching(/finalize it or roll it back first$/)]);
  });
});

describe('beside a drill', () => {
  const migration = { workflowId: 'migrate/shop-helm/shop', title: 'Move shop', since: '2026-01-01T00:00:00Z' };
  const drill = { workflowId: 'drill/shop/node-off', title: 'Drill shop', since: '2026-01-02T00:00:00Z' };
  const working = ['release/shop-helm/shop', 'source/shop/app=shop', 'database/mongodb/shop-helm/shop'];
  const isOpen = async () => true;
  const goneOnWith: Temporal['openAfterwards'] = async () => [
    { workflowId: 'migrate/shop-helm/shop/finalize', run: 'f1', type: 'finalize', startedAt: '2026-01-03T00:00:00Z', status: 'RUNNING' },
  ];

  async function met(held: 'busy' | 'revertible', keys: readonly string[], openAfterwards: Temporal['openAfterwards'] = async () => []) {
    const { locks } = adaptersOver(createFakeCluster());
    await locks.take('r0', migration, working);
    await locks.setState('r0', working, held);
    return (await checkLocks({ locks, temporal: { isOpen, openAfterwards } }, keys)).map(({ message }) => message);
  }

  test.each(['drill/shop', 'drill/shop-helm', 'drill/mongodb'])('a run that works in the namespace is in the way of %s', async (key) => {
    expect(await met('busy', ['fault', key])).toEqual([expect.stringMatching(/ is held by run r0 .* still at work/)]);
  });

  test('elsewhere it is not, nor where it is done and can be taken back', async () => {
    expect(await met('busy', ['fault', 'drill/other'])).toEqual([]);
    expect(await met('revertible', ['fault', 'drill/shop'])).toEqual([]);
  });

  test('while it is finalized or taken back it is', async () => {
    expect(await met('revertible', ['fault', 'drill/shop'], goneOnWith)).toEqual([
      expect.stringMatching(/^source\/shop\/app=shop is held by run r0 .* still at work/),
    ]);
  });

  test('a run that would work in its namespaces is told of the drill', async () => {
    const { locks } = adaptersOver(createFakeCluster());
    await locks.take('d0', drill, ['fault', 'drill/shop']);
    const told = await checkLocks({ locks, temporal: { isOpen, openAfterwards: async () => [] } }, working);
    expect(told).toEqual([{ check: 'lock', message: expect.stringContaining('drill/shop is held by run d0 (workflow drill/shop/node-off') }]);
  });
});
