import type { KubeObject, PersistentVolume } from '../../../src/model/kube-object.js';
import type { FakeCluster } from '../../support/fake-cluster/fake-cluster.js';
import { annotations, begun, get, holder, input, newRef, oldRef, pod, volumeRef, world } from '../../support/volume-world.js';

test('a volume that is not retained keeps its claim', async () => {
  const fake = world();
  const rig = await begun(fake);
  await fake.patch(volumeRef, { spec: { persistentVolumeReclaimPolicy: 'Delete' } });
  await expect(rig.act('handOverVolume', input)).rejects.toMatchObject({ type: 'VolumeNotRetained' });
  expect(fake.changes.filter((change) => change.startsWith('delete'))).toEqual([]);
  expect(fake.destroyed).toEqual([]);
});

test('a new claim whose volume is no longer retained is not deleted by an undo', async () => {
  const fake = world();
  const rig = await begun(fake);
  await rig.act('handOverVolume', input);
  await fake.patch(volumeRef, { spec: { persistentVolumeReclaimPolicy: 'Delete' } });
  await expect(rig.undo('handOverVolume')).rejects.toMatchObject({ type: 'VolumeNotRetained' });
  expect(get(fake, newRef)?.status?.phase).toBe('Bound');
  expect(fake.destroyed).toEqual([]);
});

test('a claim in use is not deleted, and its pods are named', async () => {
  const fake = world();
  const rig = await begun(fake);
  fake.seed(pod('shop', 'redis'));
  await expect(rig.act('handOverVolume', input)).rejects.toMatchObject({
    type: 'TimedOut',
    message: 'PersistentVolumeClaim shop/redis to be free: in use by Pod redis-0',
  });
  expect(get(fake, oldRef)?.metadata.deletionTimestamp).toBeUndefined();
});

test('a new claim in use is not deleted by an undo, and its pods are named', async () => {
  const fake = world();
  const rig = await begun(fake);
  await rig.act('handOverVolume', input);
  fake.seed(pod('shop-helm', 'redis-data'));
  await expect(rig.undo('handOverVolume')).rejects.toMatchObject({ message: expect.stringContaining('in use by Pod redis-0') });
  expect(get(fake, newRef)?.metadata.deletionTimestamp).toBeUndefined();
});

test('pods of other claims are in nobody’s way', async () => {
  const fake = world();
  fake.seed(pod('shop', 'other'), pod('shop-helm', 'redis', { name: 'other' }));
  await (await begun(fake)).act('handOverVolume', input);
  expect(get(fake, newRef)?.status?.phase).toBe('Bound');
});

test('a pod that has ended is refused beforehand, and stops it before anything is deleted: it would keep the claim from going', async () => {
  const fake = world();
  fake.behaviour.pod = () => ({ ended: 'Succeeded' });
  const rig = await begun(fake);
  fake.seed(pod('shop', 'redis', { name: 'job-1' }));
  expect(await rig.check('handOverVolume', input)).toEqual(['Pod job-1 has ended and still keeps PersistentVolumeClaim shop/redis: delete it']);
  await expect(rig.act('handOverVolume', input)).rejects.toMatchObject({
    type: 'TimedOut',
    message: expect.stringContaining('in use by Pod job-1 (has ended)'),
  });
  expect(get(fake, oldRef)?.metadata.deletionTimestamp).toBeUndefined();
});

test('a pod that is ending is waited for', async () => {
  const fake = world();
  const rig = await begun(fake);
  fake.seed(pod('shop', 'redis', { finalizers: ['example.com/slow'] }));
  await fake.delete({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'redis-0' });
  const acting = rig.act('handOverVolume', input);
  await new Promise((next) => setTimeout(next, 250));
  expect(get(fake, oldRef)?.metadata.deletionTimestamp).toBeUndefined();
  await fake.patch({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'redis-0' }, { metadata: { finalizers: null } });
  await acting;
  expect(get(fake, newRef)?.status?.phase).toBe('Bound');
});

test('a policy that changes while a pod is waited for is noticed', async () => {
  const fake = world();
  const rig = await begun(fake);
  const ending = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'redis-0' };
  fake.seed(pod('shop', 'redis', { finalizers: ['example.com/slow'] }));
  await fake.delete(ending);
  const acting = rig.act('handOverVolume', input);
  await fake.patch(volumeRef, { spec: { persistentVolumeReclaimPolicy: 'Delete' } });
  await fake.patch(ending, { metadata: { finalizers: null } });
  await expect(acting).rejects.toMatchObject({ type: 'VolumeNotRetained' });
  expect(get(fake, oldRef)?.status?.phase).toBe('Bound');
});

test('a policy that changes after the claim went stops it before the volume is given on', async () => {
  const fake = world();
  const rig = await begun(fake);
  fake.onChange((change) => {
    const seen = fake.find<PersistentVolume>(volumeRef)!;
    const changed: PersistentVolume = { ...seen, spec: { ...seen.spec, persistentVolumeReclaimPolicy: 'Recycle' } };
    if (change === 'delete PersistentVolumeClaim shop/redis') fake.seed(changed);
  });
  await expect(rig.act('handOverVolume', input)).rejects.toMatchObject({ type: 'VolumeNotRetained' });
  expect(holder(fake)).toMatchObject(input.claim);
});

test('a volume that is still attached to a node is waited for, and the node is named', async () => {
  const fake = world();
  const rig = await begun(fake);
  fake.seed({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: { name: 'csi-pv-1', finalizers: ['external-attacher/x'] },
    spec: { nodeName: 'n2', source: { persistentVolumeName: 'pv-1' } },
  } as KubeObject);
  await expect(rig.act('handOverVolume', { ...input, withinSeconds: 0.2 })).rejects.toMatchObject({
    type: 'TimedOut',
    message: expect.stringContaining('to be detached from n2'),
  });
  expect(get(fake, oldRef)?.metadata.deletionTimestamp).toBeUndefined();
});

test('an undo that comes while the old claim is going waits for that and makes it anew', async () => {
  const fake = world();
  const beginning = fake.world();
  const rig = await begun(fake);
  await fake.patch(oldRef, { metadata: { finalizers: ['kubernetes.io/pvc-protection', 'example.com/snapshot'] } });
  await expect(rig.act('handOverVolume', { ...input, withinSeconds: 0.2 })).rejects.toMatchObject({
    type: 'TimedOut',
    message: expect.stringContaining('held by example.com/snapshot'),
  });
  const undone = rig.undo('handOverVolume');
  setTimeout(() => void fake.patch(oldRef, { metadata: { finalizers: null } }), 200);
  await undone;
  expect(fake.world()).toEqual(beginning);
});

/** From this change on the controllers rest; the answer tells whether `doing` has ended by then, and lets them go on. */
async function whileControllersRest(fake: FakeCluster, after: string, doing: () => Promise<unknown>, look: () => void): Promise<void> {
  fake.onChange((change) => {
    if (change.startsWith(after)) fake.stalled = true;
  });
  let ended = false;
  const running = doing().then(() => {
    ended = true;
  });
  await new Promise((next) => setTimeout(next, 400));
  expect(fake.stalled).toBe(true);
  expect(ended).toBe(false);
  look();
  fake.stalled = false;
  await running;
}

test('it is done when the new claim is bound, not before', async () => {
  const fake = world();
  const rig = await begun(fake);
  await whileControllersRest(
    fake,
    'patch PersistentVolume pv-1 claimRef',
    () => rig.act('handOverVolume', input),
    () => expect(get(fake, newRef)?.status?.phase).toBeUndefined(),
  );
  expect(get(fake, newRef)?.status?.phase).toBe('Bound');
});

test('it is undone when the old claim is bound again; until then that claim does not say it were: Kubernetes would take it for Lost', async () => {
  const fake = world();
  const rig = await begun(fake);
  await rig.act('handOverVolume', input);
  await whileControllersRest(
    fake,
    'patch PersistentVolume pv-1 claimRef',
    () => rig.undo('handOverVolume'),
    () => {
      const { 'pv.kubernetes.io/bind-completed': _, ...others } = annotations;
      expect(get(fake, oldRef)?.metadata.annotations).toEqual(others);
    },
  );
  expect(get(fake, oldRef)?.status?.phase).toBe('Bound');
});

test('the volume is given on when it is released, not before', async () => {
  const fake = world();
  const rig = await begun(fake);
  fake.onChange((change) => {
    if (change !== 'delete PersistentVolumeClaim shop/redis') return;
    fake.stalled = true;
    fake.seed({ ...fake.find<PersistentVolume>(volumeRef)!, status: { phase: 'Bound' } } as KubeObject);
  });
  await whileControllersRest(
    fake,
    'delete',
    () => rig.act('handOverVolume', input),
    () => expect(holder(fake)).toMatchObject(input.claim),
  );
  expect(get(fake, newRef)?.status?.phase).toBe('Bound');
});
