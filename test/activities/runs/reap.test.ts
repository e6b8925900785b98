import { reap } from '../../../src/activities/runs/reap.js';
import type { JournalRecord } from '../../../src/model/journal.js';
import type { KubeObject } from '../../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../../support/fake-cluster/fake-cluster.js';
import { noRuns } from '../../support/no-runs.js';
import { adaptersOver, asActivity } from '../../support/step-rig.js';

const nobody = noRuns;

/** Made long ago by a step of run r1. */
const made = (kind: string, namespace: string, name: string, apiVersion = 'v1'): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace, labels: { 'rehelm.dev/run': 'r1', 'rehelm.dev/step': 'carry' }, creationTimestamp: '2026-01-01T00:00:00Z' },
});

async function orphansAfter(phase: string): Promise<readonly string[]> {
  const fake: FakeCluster = createFakeCluster();
  const adapters = { ...adaptersOver(fake), temporal: nobody };
  const record: JournalRecord = { run: 'r1', workflowId: 'w', kind: 'K', title: '', startedAt: '', phase, committed: false, locks: [], spec: {}, plan: {} };
  await adapters.journal.putRecord('r1', record);
  await adapters.journal.begin({ run: 'r1', epoch: 1, step: 'carry' }, { number: 1, title: 'carry', step: 'carrySecret', captured: null });
  fake.seed(made('Secret', 'shop-helm', 'late'));
  const { orphans } = await asActivity(() => reap(adapters).reap({ remove: false }));
  return orphans.map(({ object, removable }) => `${object.kind} ${object.namespace}/${object.name} ${removable}`);
}

test('what a step of a run made after the run was taken back is listed for a person to look at, its journal is not', async () => {
  expect(await orphansAfter('RolledBack')).toEqual(['Secret shop-helm/late false']);
});

test.each(['Running', 'Succeeded', 'Finalized'])('what a run that is %s has made is its own business', async (phase) => {
  expect(await orphansAfter(phase)).toEqual([]);
});

test('an open run that has no record yet is known, however many open ones come before it in the list', async () => {
  const fake: FakeCluster = createFakeCluster();
  fake.seed(made('Secret', 'shop-helm', 'early'));
  const open = (run: string) => ({ workflowId: run, run, type: 'kustomizeToHelm', startedAt: '', status: 'RUNNING' });
  const page = async (_filter: object, _size: number, after?: string) =>
    after === undefined ? { workflows: [open('r2')], next: 'second' } : { workflows: [open('r1')] };
  const adapters = { ...adaptersOver(fake), temporal: { ...noRuns, page } };
  const { orphans } = await asActivity(() => reap(adapters).reap({ remove: false }));
  expect(orphans).toEqual([]);
});

test('the server of its own that a run left over a volume is listed with all that it stands in, for a person to look at', async () => {
  const fake: FakeCluster = createFakeCluster();
  const left = { StatefulSet: 'apps/v1', NetworkPolicy: 'networking.k8s.io/v1', Service: 'v1' };
  const spec = { replicas: 0, selector: { matchLabels: {} }, template: { metadata: {}, spec: { containers: [] } } };
  for (const [kind, apiVersion] of Object.entries(left)) fake.seed({ ...made(kind, 'shop', 'rehelm-private-data', apiVersion), spec } as KubeObject);
  const { orphans } = await asActivity(() => reap({ ...adaptersOver(fake), temporal: nobody }).reap({ remove: false }));
  expect(orphans.map(({ object, removable }) => [object.kind, removable]).toSorted()).toEqual(
    Object.keys(left)
      .toSorted()
      .map((kind) => [kind, false]),
  );
});
