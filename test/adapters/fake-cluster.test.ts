import type { Job, KubeObject, PersistentVolume, PersistentVolumeClaim, Pod, Workload } from '../../src/model/kube-object.js';
import type { ObjectRef } from '../../src/model/refs.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';

const failing = (type: string) => expect.objectContaining({ type });
const ref = (apiVersion: string, kind: string, name: string, namespace?: string): ObjectRef => ({ apiVersion, kind, name, ...(namespace && { namespace }) });
const api = ref('apps/v1', 'Deployment', 'api', 'shop');
const db = ref('apps/v1', 'StatefulSet', 'db', 'shop');
const claim = ref('v1', 'PersistentVolumeClaim', 'data-db-0', 'shop');

const workload = ({ apiVersion, kind, name, namespace = '' }: ObjectRef, replicas: number, more: object = {}): KubeObject =>
  ({
    apiVersion,
    kind,
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'x:1' }] } },
      ...more,
    },
  }) as KubeObject;

const standard = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'standard' },
  provisioner: 'csi.example',
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
} as KubeObject;
const templates = {
  volumeClaimTemplates: [
    { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'standard', resources: { requests: { storage: '1Gi' } } } },
  ],
};

let fake: FakeCluster;
beforeEach(() => {
  fake = createFakeCluster();
  fake.seed(standard, workload(api, 2), workload(db, 1, templates));
});

const pods = (app: string) => fake.all<Pod>('v1', 'Pod', 'shop').filter(({ metadata }) => metadata.labels?.['app'] === app);
const volumeOf = (name: string) => fake.find<PersistentVolume>(ref('v1', 'PersistentVolume', name));

test('workloads have the pods they ask for, ready, and follow a scale and a new template', async () => {
  expect(fake.find<Workload>(api)?.status).toMatchObject({ readyReplicas: 2, updatedReplicas: 2 });
  const before = pods('api').map(({ metadata }) => metadata.uid);
  await fake.patch(api, { spec: { template: { spec: { containers: [{ name: 'main', image: 'x:2' }] } } } });
  expect(pods('api')).toHaveLength(2);
  expect(pods('api').map(({ metadata }) => metadata.uid)).not.toEqual(expect.arrayContaining(before));
  await fake.patch(api, { spec: { replicas: 0 } });
  expect(pods('api')).toHaveLength(0);
  expect(fake.find<Workload>(api)?.status).toMatchObject({ replicas: 0, readyReplicas: 0, observedGeneration: 3 });
  expect(fake.changes).toEqual(['patch Deployment shop/api template.spec.containers=[{"name":"main","image":"x:2"}]', 'patch Deployment shop/api replicas=0']);
});

test('pods that are not ready say why', () => {
  fake.behaviour.pod = ({ metadata }) => (metadata.labels?.['app'] === 'api' ? { notReady: 'CrashLoopBackOff', restarts: 3, log: 'no database' } : 'ready');
  fake.settle();
  expect(fake.find<Workload>(api)?.status).toMatchObject({ replicas: 2, readyReplicas: 0 });
  expect(pods('api')[0]?.status?.containerStatuses?.[0]).toMatchObject({ restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } });
});

test('a pod waits for a Secret it names', async () => {
  await fake.patch(api, { spec: { template: { spec: { containers: [{ name: 'main', envFrom: [{ secretRef: { name: 'keys' } }] }] } } } });
  expect(pods('api')[0]?.status?.containerStatuses?.[0]?.state?.waiting).toEqual({ reason: 'CreateContainerConfigError', message: 'secret "keys" not found' });
  await fake.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', namespace: 'shop' } });
  expect(fake.find<Workload>(api)?.status?.readyReplicas).toBe(2);
});

test('a claim in use stays until its pod is gone, and a volume to be deleted is lost with it', async () => {
  const volume = fake.find<PersistentVolumeClaim>(claim)?.spec.volumeName ?? '';
  expect(volumeOf(volume)?.status?.phase).toBe('Bound');
  expect(fake.all('storage.k8s.io/v1', 'VolumeAttachment')).toHaveLength(1);
  await fake.delete(claim);
  expect(fake.find(claim)?.metadata.deletionTimestamp).toBeTruthy();
  await fake.delete(db);
  expect(fake.find(claim)).toBeUndefined();
  expect(fake.all('storage.k8s.io/v1', 'VolumeAttachment')).toHaveLength(0);
  expect(volumeOf(volume)).toBeUndefined();
  expect(fake.destroyed).toEqual([expect.stringMatching(/^disk-/)]);
});

test('a retained volume is released, reserved and bound again elsewhere', async () => {
  const volume = fake.find<PersistentVolumeClaim>(claim)?.spec.volumeName ?? '';
  const volumeRef = ref('v1', 'PersistentVolume', volume);
  await fake.patch(volumeRef, { spec: { persistentVolumeReclaimPolicy: 'Retain' } });
  await fake.patch(db, { spec: { replicas: 0 } });
  await fake.delete(claim);
  expect(volumeOf(volume)?.status?.phase).toBe('Released');
  const rebound = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'default' },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'standard', volumeName: volume, resources: { requests: { storage: '1Gi' } } },
  } as PersistentVolumeClaim;
  await fake.create(rebound);
  const bound = () => fake.find<PersistentVolumeClaim>(ref('v1', 'PersistentVolumeClaim', 'data', 'default'));
  expect(bound()?.status?.phase).toBe('Pending');
  await fake.patch(volumeRef, { spec: { claimRef: { namespace: 'default', name: 'data', uid: null, resourceVersion: null } } });
  expect(bound()?.status?.phase).toBe('Bound');
  expect(volumeOf(volume)?.spec.claimRef?.uid).toBe(bound()?.metadata.uid);
  expect(fake.destroyed).toEqual([]);
});

test('a namespace goes with everything in it', async () => {
  await fake.delete(ref('v1', 'Namespace', 'shop'));
  expect(fake.find(ref('v1', 'Namespace', 'shop'))).toBeUndefined();
  expect(fake.all('apps/v1', 'Deployment')).toEqual([]);
  await expect(fake.create(workload(api, 1))).rejects.toEqual(failing('NotFound'));
});

describe('Jobs', () => {
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'copy', namespace: 'shop' },
    spec: { template: { spec: { containers: [{ name: 'main' }] } } },
  } as Job;
  const jobRef = ref('batch/v1', 'Job', 'copy', 'shop');
  const podName = () => fake.all<Pod>('v1', 'Pod', 'shop').find(({ metadata }) => metadata.labels?.['job-name'] === 'copy')?.metadata.name ?? '';

  test('end as their handler says, with a log', async () => {
    fake.behaviour.job = () => ({ failed: 'disk full', log: 'copied 3\ndisk full\n', exitCode: 4 });
    await fake.create(job);
    expect(fake.find<Job>(jobRef)?.status).toMatchObject({ failed: 1, conditions: [{ type: 'Failed', status: 'True' }] });
    expect(await fake.logs({ namespace: 'shop', name: podName(), tailLines: 1 })).toBe('disk full\n');
  });

  test('go on until they are ended', async () => {
    fake.behaviour.job = () => 'running';
    await fake.create(job);
    expect(fake.find<Job>(jobRef)?.status).toEqual({ active: 1 });
    fake.endJob({ namespace: 'shop', name: 'copy' }, { succeeded: true, log: 'done\n' });
    expect(fake.find<Job>(jobRef)?.status).toMatchObject({ succeeded: 1 });
    await fake.delete(jobRef);
    expect(podName()).toBe('');
  });
});

describe('faults', () => {
  test('after a change: it is made, and the caller hears nothing but a broken connection', async () => {
    fake.failAfter('patch Deployment shop/api replicas=0');
    await expect(fake.patch(api, { spec: { replicas: 0 } })).rejects.toEqual(failing('Unreachable'));
    expect(fake.find<Workload>(api)?.spec.replicas).toBe(0);
    await fake.patch(api, { spec: { replicas: 2 } });
  });

  test('before a change: nothing is made', async () => {
    fake.failBefore(/replicas=0/);
    await expect(fake.patch(api, { spec: { replicas: 0 } })).rejects.toEqual(failing('Unreachable'));
    expect(fake.changes).toEqual([]);
  });

  test('a call that hangs before its change meets the world as it is when it is let go', async () => {
    const hang = fake.hangBefore(/replicas=0/);
    const stalled = fake.patch(api, { spec: { replicas: 0 }, metadata: { resourceVersion: fake.find(api)?.metadata.resourceVersion } });
    await hang.reached;
    await fake.patch(api, { spec: { replicas: 5 } });
    hang.release();
    await expect(stalled).rejects.toEqual(failing('Conflict'));
    expect(fake.find<Workload>(api)?.spec.replicas).toBe(5);
  });
});

test('the world leaves out what passes, and shows with uids whether an object is still the same one', async () => {
  const [before, beforeWithUids] = [fake.world(), fake.world({ uids: true })];
  const stored = fake.find<Workload>(api);
  await fake.delete(api);
  expect(fake.world()).not.toEqual(before);
  await fake.create({ ...stored, metadata: { name: 'api', namespace: 'shop' } } as KubeObject);
  expect(fake.world()).toEqual(before);
  expect(fake.world({ uids: true })).not.toEqual(beforeWithUids);
});

test('what is denied is refused and known beforehand', async () => {
  fake.deny({ verb: 'patch', resource: 'deployments' });
  await expect(fake.patch(api, { spec: { replicas: 0 } })).rejects.toEqual(failing('Forbidden'));
  expect(await fake.mayI({ verb: 'patch', group: 'apps', resource: 'deployments', namespace: 'shop' })).toBe(false);
});
