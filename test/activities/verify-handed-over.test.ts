import { verifyHandedOver } from '../../src/activities/verify-handed-over.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop-helm', name: 'files' };
const input = { claims: [claim] };

function world() {
  const fake = createFakeCluster();
  const labels = { 'rehelm.dev/run': 'r1', 'rehelm.dev/step': 'volume-files' };
  fake.seed({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { namespace: 'shop-helm', name: 'files', labels }, spec: {} } as KubeObject);
  return fake;
}

stepLaws('verifyHandedOver', {
  step: 'verifyHandedOver',
  factory: verifyHandedOver,
  input,
  world,
  readOnly: true,
  done: (_, result) => {
    expect(result).toEqual({ claims: 1 });
  },
});

test('a claim that somebody deleted is named before users are let in', async () => {
  const fake = world();
  await fake.delete(claim);
  await expect(new StepRig(fake, verifyHandedOver).act('verifyHandedOver', input)).rejects.toMatchObject({
    type: 'NotOurs',
    message: expect.stringContaining('PersistentVolumeClaim shop-helm/files, which was handed over, was deleted by somebody'),
  });
});
