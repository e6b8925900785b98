import { deleteObject } from '../../src/activities/delete-object.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { claimSpec, templates, workload } from '../support/released/chart-parts.js';
import { StepRig } from '../support/step-rig.js';

const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'iam', name: 'data-db-0' };

function world(...more: readonly object[]) {
  const fake = createFakeCluster();
  fake.seed(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'iam' } },
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { namespace: 'iam', name: 'data-db-0' }, spec: claimSpec } as KubeObject,
    ...(more as KubeObject[]),
  );
  return { fake, rig: new StepRig(fake, deleteObject) };
}
const placed = (object: KubeObject): KubeObject => ({ ...object, metadata: { ...object.metadata, namespace: 'iam' } });

test('a claim that nobody uses goes', async () => {
  const { fake, rig } = world(placed(workload('idp')('StatefulSet', 'other', 1, templates('other'))));
  expect(await rig.check('deleteObject', { object: claim })).toEqual([]);
  await rig.capture('deleteObject', { object: claim });
  await rig.act('deleteObject', { object: claim });
  expect(fake.find(claim)).toBeUndefined();
});

test.each([
  ['a StatefulSet of old that waits for it, scaled to 0', placed(workload('idp')('StatefulSet', 'db', 0, templates('db'))), /by StatefulSet iam\/db/],
  [
    'a pod',
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: 'iam', name: 'reader' },
      spec: { containers: [{ name: 'reader', image: 'r:1' }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-0' } }] },
    },
    /by Pod reader/,
  ],
])('a claim that is in use again stays, by %s: somebody went back by helm', async (_, user, words) => {
  const { fake, rig } = world(user);
  expect(await rig.check('deleteObject', { object: claim })).toEqual([expect.stringMatching(words)]);
  await rig.capture('deleteObject', { object: claim });
  await expect(rig.act('deleteObject', { object: claim })).rejects.toMatchObject({ type: 'NotOurs', message: expect.stringMatching(words) });
  expect(fake.find(claim)?.metadata.deletionTimestamp).toBeUndefined();
});
