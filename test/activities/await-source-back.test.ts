import { awaitSourceBack } from '../../src/activities/await-source-back.js';
import type { KubeObject, PersistentVolume, PersistentVolumeClaim } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const workload = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'api' } as const;
const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'files' };
const volumeRef = { apiVersion: 'v1', kind: 'PersistentVolume', name: 'pv-1' };
const input = { workloads: [workload], withinSeconds: 2 };

const objects = [
  {
    ...volumeRef,
    metadata: { name: 'pv-1' },
    spec: { persistentVolumeReclaimPolicy: 'Retain', storageClassName: 'disk', capacity: { storage: '1Gi' }, csi: { driver: 'x', volumeHandle: 'disk-1' } },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { namespace: 'shop', name: 'files', labels: { app: 'api' } },
    spec: { volumeName: 'pv-1', storageClassName: 'disk', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: 'shop', name: 'api' },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'api' } },
      template: {
        metadata: { labels: { app: 'api' } },
        spec: { containers: [{ name: 'api', image: 'api:1' }], volumes: [{ name: 'files', persistentVolumeClaim: { claimName: 'files' } }] },
      },
    },
  },
];

function world(): FakeCluster {
  const fake = createFakeCluster();
  fake.seed(...(objects as unknown as readonly KubeObject[]));
  return fake;
}

stepLaws('awaitSourceBack', { step: 'awaitSourceBack', factory: awaitSourceBack, input, world, readOnly: true, done: () => undefined });

async function begun() {
  const fake = world();
  const rig = new StepRig(fake, awaitSourceBack);
  await rig.capture('awaitSourceBack', input);
  await fake.patch(workload, { spec: { replicas: 0 } });
  return { fake, rig };
}

describe('awaitSourceBack, on the way back', () => {
  test('a claim that somebody deleted is made again for its volume, as it was', async () => {
    const { fake, rig } = await begun();
    await fake.delete(claimRef);
    await fake.patch(workload, { spec: { replicas: 1 } });
    await rig.undo('awaitSourceBack');
    const claim = fake.find<PersistentVolumeClaim>(claimRef);
    expect(claim).toMatchObject({ metadata: { labels: { app: 'api' } }, spec: { volumeName: 'pv-1' }, status: { phase: 'Bound' } });
    expect(Object.keys(claim?.metadata.labels ?? {})).toEqual(['app']);
    expect(fake.find<PersistentVolume>(volumeRef)?.spec.claimRef?.uid).toBe(claim?.metadata.uid);
    expect(fake.destroyed).toEqual([]);
  });

  test('a claim whose volume is gone is said, not made empty', async () => {
    const { fake, rig } = await begun();
    await fake.delete(claimRef);
    await fake.delete(volumeRef);
    await expect(rig.undo('awaitSourceBack')).rejects.toMatchObject({ type: 'NotFound', message: 'PersistentVolume pv-1 is gone' });
    expect(fake.find(claimRef)).toBeUndefined();
  });

  test('a workload that does not serve again is named with the reason', async () => {
    const { fake, rig } = await begun();
    fake.behaviour.pod = () => ({ notReady: 'ImagePullBackOff', message: 'no such image' });
    await fake.patch(workload, { spec: { replicas: 1 } });
    await expect(rig.undo('awaitSourceBack')).rejects.toMatchObject({
      type: 'TimedOut',
      message: expect.stringMatching(/Deployment shop\/api .*ImagePullBackOff/),
    });
  });
});
