import { handOverVolume } from '../../src/activities/hand-over-volume.js';
import type { KubeObject, PersistentVolume } from '../../src/model/kube-object.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';
import {
  begun,
  claim,
  claimKind,
  get,
  holder,
  input,
  namespace,
  newRef,
  oldRef,
  stranger,
  volume,
  volumeRef,
  world,
  worldWith,
} from '../support/volume-world.js';

stepLaws('handOverVolume', {
  step: 'handOverVolume',
  factory: handOverVolume,
  input,
  world,
  done: (fake) => {
    const target = get(fake, newRef)!;
    expect(get(fake, oldRef)).toBeUndefined();
    expect(target.status?.phase).toBe('Bound');
    expect(holder(fake)).toEqual({ ...claimKind, ...input.to, uid: target.metadata.uid });
    const { dataSource: _, dataSourceRef: _ref, ...spec } = claim.spec as Record<string, unknown>;
    expect(target.spec).toEqual(spec);
    expect(target.metadata.labels).toEqual({ app: 'redis', 'app.kubernetes.io/managed-by': 'Helm', 'rehelm.dev/run': 'r1', 'rehelm.dev/step': 'it' });
    expect(target.metadata.annotations).toEqual({
      note: 'kept',
      'meta.helm.sh/release-name': 'shop',
      'meta.helm.sh/release-namespace': 'shop-helm',
      'pv.kubernetes.io/bind-completed': 'yes',
      'volume.kubernetes.io/storage-provisioner': 'x',
    });
    expect(fake.find<PersistentVolume>(volumeRef)?.spec).toMatchObject({ csi: { volumeHandle: 'disk-1' }, persistentVolumeReclaimPolicy: 'Retain' });
  },
});

test('a new claim that the cluster would refuse stops it before the old one is deleted', async () => {
  const fake = world();
  const rig = await begun(fake);
  await fake.delete({ apiVersion: 'v1', kind: 'Namespace', name: 'shop-helm' });
  await expect(rig.act('handOverVolume', input)).rejects.toMatchObject({ type: 'NotFound' });
  expect(get(fake, oldRef)?.status?.phase).toBe('Bound');
});

test('a claim without a class does not get the default one, on the way there or back', async () => {
  const { storageClassName: _, ...spec } = claim.spec as unknown as Record<string, unknown>;
  const { storageClassName: _class, ...volumeSpec } = volume.spec;
  const standard = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'std', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'x',
  };
  const fake = createFakeCluster();
  fake.seed(namespace, { ...volume, spec: volumeSpec } as KubeObject, { ...claim, spec } as KubeObject);
  fake.seed(standard as KubeObject);
  const rig = await begun(fake);
  await rig.act('handOverVolume', input);
  expect(get(fake, newRef)?.spec.storageClassName).toBe('');
  await rig.undo('handOverVolume');
  expect(get(fake, oldRef)?.spec.storageClassName).toBe('');
  expect(get(fake, oldRef)?.status?.phase).toBe('Bound');
});

test('without a release the new claim belongs to none', async () => {
  const { release: _, ...plain } = input;
  const fake = world();
  await (await begun(fake, plain)).act('handOverVolume', plain);
  expect(get(fake, newRef)?.metadata.annotations).not.toHaveProperty(['meta.helm.sh/release-name']);
  expect(get(fake, newRef)?.metadata.labels).not.toHaveProperty(['app.kubernetes.io/managed-by']);
});

test('somebody’s claim under the new name stops it before anything is deleted, and an undo leaves it alone', async () => {
  const fake = world();
  const rig = await begun(fake);
  fake.seed(stranger(newRef));
  const before = fake.world({ uids: true });
  await expect(rig.act('handOverVolume', input)).rejects.toMatchObject({ type: 'AlreadyExists' });
  await rig.undo('handOverVolume');
  expect(fake.world({ uids: true })).toEqual(before);
});

test('a claim that somebody made anew under the old name is not touched', async () => {
  const fake = world();
  const rig = await begun(fake);
  await rig.act('handOverVolume', input);
  fake.seed(stranger(oldRef));
  const before = fake.world();
  await expect(rig.undo('handOverVolume')).rejects.toMatchObject({
    type: 'NotOurs',
    message: expect.stringContaining('PersistentVolumeClaim shop/redis was made anew'),
  });
  await expect(rig.act('handOverVolume', input)).rejects.toBeDefined();
  expect(fake.world()).toEqual(before);
});

test('a new claim that somebody deleted and made anew is left alone by an undo, which brings the old one back', async () => {
  const fake = world();
  const rig = await begun(fake);
  await rig.act('handOverVolume', input);
  await fake.delete(newRef);
  fake.seed(stranger(newRef));
  await rig.undo('handOverVolume');
  expect(get(fake, newRef)?.status?.phase).toBe('Pending');
  expect(get(fake, oldRef)?.status?.phase).toBe('Bound');
});

test('a new claim of somebody’s that has got the volume is not robbed of it', async () => {
  const fake = world();
  const rig = await begun(fake);
  await rig.act('handOverVolume', input);
  await fake.patch(newRef, { metadata: { labels: { 'rehelm.dev/run': 'r2' } } });
  const before = fake.world({ uids: true });
  await expect(rig.undo('handOverVolume')).rejects.toMatchObject({ type: 'NotOurs', message: expect.stringContaining('shop-helm/redis-data has the volume') });
  expect(fake.world({ uids: true })).toEqual(before);
});

test('a new claim that somebody deleted is made again by a retry, and its absence does not hinder an undo', async () => {
  const fake = world();
  const beginning = fake.world();
  const rig = await begun(fake);
  await rig.act('handOverVolume', input);
  await fake.delete(newRef);
  await rig.act('handOverVolume', input);
  expect(get(fake, newRef)?.status?.phase).toBe('Bound');
  await fake.delete(newRef);
  await rig.undo('handOverVolume');
  expect(fake.world()).toEqual(beginning);
});

test('a volume that a third claim has got meanwhile is not taken from it', async () => {
  const fake = world();
  const rig = await begun(fake);
  await fake.delete(oldRef);
  await fake.patch(volumeRef, { spec: { claimRef: { ...claimKind, namespace: 'other', name: 'thief', uid: 'u-1' } } });
  await expect(rig.act('handOverVolume', input)).rejects.toMatchObject({ type: 'NotOurs', message: 'PersistentVolume pv-1 is claimed by other/thief' });
});

test('nothing is captured of a claim that is not bound to the volume', async () => {
  const fake = worldWith({ ...claim, spec: { accessModes: ['ReadWriteOnce'], storageClassName: '' } } as KubeObject);
  await expect(begun(fake)).rejects.toMatchObject({ type: 'NotOurs' });
});

const checked = (...objects: readonly KubeObject[]) => new StepRig(worldWith(...objects), handOverVolume).check('handOverVolume', input);

test('a claim that is not there, not bound or bound elsewhere, and a new name that is taken, are refused', async () => {
  expect(await checked()).toEqual(['PersistentVolumeClaim shop/redis is not there']);
  expect(
    await checked({ ...claim, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'slow', volumeName: 'pv-7' } } as KubeObject, stranger(newRef)),
  ).toEqual([
    'PersistentVolumeClaim shop/redis is not bound to PersistentVolume pv-1: it is Pending to pv-7',
    'PersistentVolumeClaim shop-helm/redis-data is already there',
  ]);
});
