import { once } from 'node:events';
import { createClusterJournal } from '../../src/adapters/journal/cluster-journal.js';
import { createClusterLocks } from '../../src/adapters/journal/cluster-locks.js';
import { createKube } from '../../src/adapters/kube/guarded.js';
import type { Workload } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { type Served, serve } from '../support/fake-cluster/serve.js';
import { startWorker } from './worker-process.js';

const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'api' } as const;
const act = { run: 'run-1', epoch: 1, step: 'scale api' };

let fake: FakeCluster;
let served: Served;
beforeEach(async () => {
  fake = createFakeCluster();
  fake.seed({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'api', namespace: 'shop' },
    spec: { replicas: 3, selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [] } } },
  } as Workload);
  served = await serve(fake);
});
afterEach(() => {
  fake.clearFaults();
  return served.close();
});

/** A worker with the real adapters, that journals and scales down. */
const worker = () =>
  startWorker(`
    import { connectCluster } from './src/adapters/kube/connect.js';
    import { createKube } from './src/adapters/kube/guarded.js';
    import { createClusterJournal } from './src/adapters/journal/cluster-journal.js';
    import { createClusterLocks } from './src/adapters/journal/cluster-locks.js';
    const raw = connectCluster({ kubeconfig: ${JSON.stringify(served.kubeconfig)} });
    const locks = createClusterLocks(raw), act = ${JSON.stringify(act)}, ref = ${JSON.stringify(ref)};
    const seen = await raw.get(ref);
    await createClusterJournal(raw, locks).begin(act, { number: 1, step: 'scaleDown', title: 't', captured: { replicas: seen.spec.replicas } });
    await createKube(raw, locks).writeAs(act).edit(ref, () => ({ spec: { replicas: 0 } }));`);

test('the fake outlives a worker that is killed after its change, and its journal tells the next one what to put back', async () => {
  const hang = fake.hangAfter('patch Deployment shop/api replicas=0');
  const running = await worker();
  await hang.reached;
  running.kill('SIGKILL');
  await once(running, 'exit');
  const locks = createClusterLocks(fake);
  const entry = await createClusterJournal(fake, locks).find('run-1', 'scale api');
  expect(entry).toMatchObject({ captured: { replicas: 3 }, state: 'begun' });
  expect(fake.find<Workload>(ref)?.spec.replicas).toBe(0);
  expect(fake.changes).toEqual(['patch Deployment shop/api replicas=0']);
});

test('a worker that is frozen at its write and wakes up after the rollback changes nothing', async () => {
  const hang = fake.hangBefore('patch Deployment shop/api replicas=0');
  const running = await worker();
  await hang.reached;
  running.kill('SIGSTOP');
  const before = fake.world();
  const locks = createClusterLocks(fake);
  await locks.raiseEpoch('run-1', 2);
  await createKube(fake, locks)
    .writeAs({ ...act, epoch: 2, undo: true })
    .edit(ref, () => undefined);
  running.kill('SIGCONT');
  hang.release();
  const [exitCode] = await once(running, 'exit');
  expect(exitCode).not.toBe(0);
  expect(fake.world()).toEqual(before);
  expect(fake.find<Workload>(ref)?.spec.replicas).toBe(3);
});
