import { type HandOverVolumeInput, handOverVolume } from '../../src/activities/hand-over-volume.js';
import type { KubeObject, Metadata, PersistentVolume, PersistentVolumeClaim } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from './fake-cluster/fake-cluster.js';
import { StepRig } from './step-rig.js';

export const input: HandOverVolumeInput = {
  claim: { namespace: 'shop', name: 'redis' },
  volume: 'pv-1',
  to: { namespace: 'shop-helm', name: 'redis-data' },
  release: { namespace: 'shop-helm', name: 'shop' },
  withinSeconds: 2,
};
export const claimKind = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' } as const;
export const oldRef = { ...claimKind, ...input.claim };
export const newRef = { ...claimKind, ...input.to };
export const volumeRef = { apiVersion: 'v1', kind: 'PersistentVolume', name: 'pv-1' };

export const volume: PersistentVolume = {
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: 'pv-1', annotations: { 'pv.kubernetes.io/bound-by-controller': 'yes' } },
  spec: {
    persistentVolumeReclaimPolicy: 'Retain',
    storageClassName: 'fast',
    capacity: { storage: '10Gi' },
    accessModes: ['ReadWriteOnce'],
    csi: { driver: 'x', volumeHandle: 'disk-1' },
    claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'redis' },
  },
};
export const annotations = {
  note: 'kept',
  'kubectl.kubernetes.io/last-applied-configuration': '{"kind":"PersistentVolumeClaim"}',
  'pv.kubernetes.io/bind-completed': 'yes',
  'pv.kubernetes.io/bound-by-controller': 'yes',
  'volume.kubernetes.io/selected-node': 'node-1',
  'volume.kubernetes.io/storage-provisioner': 'x',
  'argocd.argoproj.io/tracking-id': 'shop:/PersistentVolumeClaim:shop/redis',
};
export const claim: PersistentVolumeClaim & { spec: object } = {
  ...claimKind,
  metadata: { namespace: 'shop', name: 'redis', labels: { app: 'redis', 'app.kubernetes.io/managed-by': 'kustomize' }, annotations },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '10Gi' } },
    storageClassName: 'fast',
    volumeMode: 'Filesystem',
    volumeName: 'pv-1',
    volumeAttributesClassName: 'gold',
    dataSource: { kind: 'PersistentVolumeClaim', name: 'seed' },
    dataSourceRef: { kind: 'PersistentVolumeClaim', name: 'seed' },
  },
};
export const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop-helm' } };

export function worldWith(...objects: readonly KubeObject[]): FakeCluster {
  const fake = createFakeCluster();
  fake.seed(namespace, volume, ...objects);
  return fake;
}
export const world = () => worldWith(claim);

export const get = (fake: FakeCluster, ref: typeof oldRef) => fake.find<PersistentVolumeClaim>(ref);
export const holder = (fake: FakeCluster) => fake.find<PersistentVolume>(volumeRef)?.spec.claimRef;

export const pod = (namespaceOf: string, claimName: string, metadata: Partial<Metadata> = {}, status?: object): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: namespaceOf, name: 'redis-0', ...metadata },
    spec: { containers: [{ name: 'redis' }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }] },
    ...(status && { status }),
  }) as KubeObject;

/** A rig with the step's capture in its journal. */
export async function begun(fake: FakeCluster, wanted = input) {
  const rig = new StepRig(fake, handOverVolume);
  await rig.capture('handOverVolume', wanted);
  return rig;
}

export const stranger = (ref: typeof oldRef): KubeObject =>
  ({ ...claimKind, metadata: { namespace: ref.namespace, name: ref.name }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: '' } }) as KubeObject;
