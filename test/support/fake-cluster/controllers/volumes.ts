import type { KubeObject, PersistentVolume, PersistentVolumeClaim, Pod } from '../../../../src/model/kube-object.js';
import { beginDeletion } from '../deletion.js';
import type { Store } from '../store.js';
import { claimsOf } from './pods.js';

type StorageClass = KubeObject & { readonly provisioner?: string; readonly reclaimPolicy?: 'Retain' | 'Delete'; readonly volumeBindingMode?: string };

/** Handles of volumes whose data is gone: what a careless deletion costs. */
export type Destroyed = string[];

/** The volume binder, the provisioner, the attacher and the protection of what is in use. */
export function reconcileVolumes(store: Store, destroyed: Destroyed): void {
  for (const claim of claims(store)) if (claim.metadata.deletionTimestamp) letGo(store, claim);
  for (const claim of claims(store)) if (!claim.metadata.deletionTimestamp) bind(store, claim);
  for (const volume of volumes(store)) settle(store, volume, destroyed);
  attach(store);
}

const claims = (store: Store): PersistentVolumeClaim[] => store.all('v1', 'PersistentVolumeClaim');
const volumes = (store: Store): PersistentVolume[] => store.all('v1', 'PersistentVolume');

const podsOf = (store: Store, { metadata }: PersistentVolumeClaim): Pod[] =>
  store
    .all<Pod>('v1', 'Pod', metadata.namespace)
    .filter((pod) => claimsOf(pod).includes(metadata.name) && !['Succeeded', 'Failed'].includes(pod.status?.phase ?? ''));

/** A claim in use stays until its last pod is gone. */
function letGo(store: Store, claim: PersistentVolumeClaim): void {
  if (podsOf(store, claim).length > 0) return;
  store.put(without(claim, 'kubernetes.io/pvc-protection'));
}

function without<T extends KubeObject>(object: T, finalizer: string): T {
  const { finalizers = [], ...metadata } = object.metadata;
  const left = finalizers.filter((each) => each !== finalizer);
  return { ...object, metadata: { ...metadata, ...(left.length > 0 && { finalizers: left }) } };
}

const isFor = ({ claimRef }: PersistentVolume['spec'], { metadata }: PersistentVolumeClaim): boolean =>
  claimRef?.namespace === metadata.namespace && claimRef?.name === metadata.name && (claimRef?.uid === undefined || claimRef.uid === metadata.uid);

function bind(store: Store, claim: PersistentVolumeClaim): void {
  const volume = volumeFor(store, claim);
  if (volume === undefined || volume.metadata.deletionTimestamp) {
    // A claim whose volume has gone is Lost and stays so.
    return void store.put({ ...claim, status: { phase: claim.status?.phase === 'Bound' || claim.status?.phase === 'Lost' ? 'Lost' : 'Pending' } });
  }
  const { name, namespace = '', uid = '' } = claim.metadata;
  store.put({
    ...volume,
    spec: { ...volume.spec, claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid } },
    status: { phase: 'Bound' },
  });
  store.put({
    ...claim,
    metadata: { ...claim.metadata, annotations: { ...claim.metadata.annotations, 'pv.kubernetes.io/bind-completed': 'yes' } },
    spec: { ...claim.spec, volumeName: volume.metadata.name },
    status: { phase: 'Bound', ...(volume.spec.capacity && { capacity: volume.spec.capacity }) },
  });
}

function volumeFor(store: Store, claim: PersistentVolumeClaim): PersistentVolume | undefined {
  const all = volumes(store);
  if (claim.spec.volumeName)
    return all.find(
      (volume) => volume.metadata.name === claim.spec.volumeName && (volume.spec.claimRef === undefined || isFor(volume.spec, claim)) && fits(volume, claim),
    );
  const reserved = all.find((volume) => isFor(volume.spec, claim) && fits(volume, claim));
  return (
    reserved ?? all.find((volume) => volume.spec.claimRef === undefined && !volume.metadata.deletionTimestamp && fits(volume, claim)) ?? provision(store, claim)
  );
}

function fits(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  const modes = volume.spec['accessModes'];
  const accessible = !Array.isArray(modes) || (claim.spec.accessModes ?? []).every((mode) => modes.includes(mode));
  return (
    (volume.spec.storageClassName ?? '') === (claim.spec.storageClassName ?? '') &&
    accessible &&
    bytesOf(volume.spec.capacity?.storage) >= bytesOf(claim.spec.resources?.requests?.storage)
  );
}

/** `10Gi` in bytes; 0 where nothing is said. */
export function bytesOf(quantity: string | undefined): number {
  const [, number = '0', suffix = ''] = /^([\d.]+)([A-Za-z]*)$/.exec(quantity ?? '') ?? [];
  const units: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, k: 1e3, M: 1e6, G: 1e9, T: 1e12 };
  return Number(number) * (units[suffix] ?? 1);
}

function provision(store: Store, claim: PersistentVolumeClaim): PersistentVolume | undefined {
  const name = claim.spec.storageClassName ?? '';
  const storageClass = store.get<StorageClass>({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', name });
  if (!storageClass || storageClass.provisioner === 'kubernetes.io/no-provisioner') return undefined;
  if (storageClass.volumeBindingMode === 'WaitForFirstConsumer' && podsOf(store, claim).length === 0) return undefined;
  return store.put(provisioned(claim, storageClass));
}

function provisioned(
  { metadata: { uid = '' }, spec }: PersistentVolumeClaim,
  { metadata, reclaimPolicy = 'Delete', provisioner = 'fake' }: StorageClass,
): PersistentVolume {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `pvc-${uid}`, annotations: { 'pv.kubernetes.io/provisioned-by': provisioner }, finalizers: ['kubernetes.io/pv-protection'] },
    spec: {
      persistentVolumeReclaimPolicy: reclaimPolicy,
      storageClassName: metadata.name,
      capacity: { storage: spec.resources?.requests?.storage ?? '1Gi' },
      accessModes: spec.accessModes ?? ['ReadWriteOnce'],
      csi: { driver: provisioner, volumeHandle: `disk-${uid}` },
    },
  };
}

/** Phases of volumes, and what becomes of one whose claim has gone. */
function settle(store: Store, volume: PersistentVolume, destroyed: Destroyed): void {
  const { claimRef, persistentVolumeReclaimPolicy } = volume.spec;
  const claim = claims(store).find((each) => isFor(volume.spec, each) && each.spec.volumeName === volume.metadata.name);
  if (claim) return void (volume.metadata.deletionTimestamp === undefined && store.put({ ...volume, status: { phase: 'Bound' } }));
  if (volume.metadata.deletionTimestamp) return void store.put(without(volume, 'kubernetes.io/pv-protection'));
  const phase = claimRef?.uid === undefined ? 'Available' : 'Released';
  const stored = store.put({ ...volume, status: { phase } });
  if (phase === 'Released' && persistentVolumeReclaimPolicy === 'Delete') {
    destroyed.push(volume.spec.csi?.volumeHandle ?? volume.metadata.name);
    beginDeletion(store, without(stored, 'kubernetes.io/pv-protection'));
  }
}

/** One VolumeAttachment per volume that a running pod mounts. */
function attach(store: Store): void {
  const wanted = new Map<string, string>();
  for (const claim of claims(store)) {
    const node = podsOf(store, claim).find((pod) => pod.spec.nodeName)?.spec.nodeName;
    if (claim.spec.volumeName && node) wanted.set(claim.spec.volumeName, node);
  }
  for (const attachment of store.all('storage.k8s.io/v1', 'VolumeAttachment')) {
    if (!wanted.has(attachment.metadata.name.replace(/^csi-/, ''))) beginDeletion(store, attachment);
  }
  for (const [volume, nodeName] of wanted) {
    const attachment = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: { name: `csi-${volume}` },
      spec: { attacher: 'fake', nodeName, source: { persistentVolumeName: volume } },
      status: { attached: true },
    };
    store.put(attachment);
  }
}
