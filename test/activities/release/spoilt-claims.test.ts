import { spoiltClaims } from '../../../src/activities/release/spoilt-claims.js';
import type { KubeObject } from '../../../src/model/kube-object.js';
import { createFakeCluster } from '../../support/fake-cluster/fake-cluster.js';

const act = { run: 'r1', step: 'install', epoch: 1 };
const files = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'files' };
const secret = { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'app' };

const claim = (metadata: object = {}) =>
  ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { namespace: 'shop', name: 'files', ...metadata },
    spec: { volumeName: 'pv-1' },
  }) as KubeObject;
const handedOver = { labels: { 'rehelm.dev/run': 'r1', 'rehelm.dev/step': 'volume/files' } };

function spoilt(...objects: readonly KubeObject[]) {
  const fake = createFakeCluster();
  fake.seed(...objects);
  return spoiltClaims(fake, [files, secret], act);
}

describe('spoiltClaims', () => {
  test('a claim that is as it was handed over is fine, and other objects are not its business', async () => {
    expect(await spoilt(claim(handedOver))).toEqual([]);
  });

  test('a claim that was deleted, or made anew by a chart, is named', async () => {
    expect(await spoilt()).toEqual([expect.stringContaining('PersistentVolumeClaim shop/files, which was handed over, was deleted by somebody')]);
    expect(await spoilt(claim())).toEqual([expect.stringContaining('was deleted and made anew with another volume')]);
  });

  test('a claim that is only kept by its pods any more is named', async () => {
    const going = claim({ ...handedOver, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['kubernetes.io/pvc-protection'] });
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: 'shop', name: 'web' },
      spec: { containers: [{ name: 'web' }], volumes: [{ name: 'files', persistentVolumeClaim: { claimName: 'files' } }] },
    } as KubeObject;
    expect(await spoilt(pod, going)).toEqual([expect.stringContaining('goes when its last pod does')]);
  });
});
