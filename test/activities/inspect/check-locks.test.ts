import { checkLocks } from '../../../src/activities/inspect/check-locks.js';
import { createFakeCluster } from '../../support/fake-cluster/fake-cluster.js';
import { adaptersOver } from '../../support/step-rig.js';

const keys = ['release/shop-helm/shop', 'source/shop/app=shop'];

async function said(isOpen: () => Promise<boolean>, state: 'busy' | 'revertible' = 'busy') {
  const { locks } = adaptersOver(createFakeCluster());
  await locks.take('r0', { workflowId: 'migrate/shop-helm/shop', title: 'Move shop', since: '2026-01-01T00:00:00Z' }, keys);
  await locks.setState('r0', keys, state);
  return (await checkLocks({ locks, temporal: { isOpen } }, keys)).map(({ message }) => message);
}

const held = `${keys[0]} and ${keys[1]} are held by run r0 (workflow migrate/shop-helm/shop, `;

describe('who holds a lock, and what is to be done', () => {
  test('nobody', async () => {
    const { locks } = adaptersOver(createFakeCluster());
    expect(await checkLocks({ locks, temporal: { isOpen: async () => true } }, keys)).toEqual([]);
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
