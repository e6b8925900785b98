import { adoptObject } from '../../src/activities/adopt-object.js';
import type { KubeObject, Metadata } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const object = { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', name: 'flow-modules' };
const release = { namespace: 'shop-helm', name: 'shop' };
const input = { object, release };

const storageClass = (metadata: Partial<Metadata> = {}): KubeObject & { provisioner: string } => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  metadata: { name: 'flow-modules', ...metadata },
  provisioner: 'x',
});

const world = (metadata?: Partial<Metadata>) => () => {
  const fake = createFakeCluster();
  fake.seed(storageClass(metadata));
  return fake;
};
const found = (fake: FakeCluster) => fake.find(object)?.metadata;
const owned = { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'shop-helm' };

stepLaws('adoptObject, of an object without labels', {
  step: 'adoptObject',
  factory: adoptObject,
  input,
  world: world(),
  done: (fake) => expect(found(fake)).toMatchObject({ labels: { 'app.kubernetes.io/managed-by': 'Helm' }, annotations: owned }),
});

stepLaws('adoptObject, of an object that somebody else manages', {
  step: 'adoptObject',
  factory: adoptObject,
  input,
  world: world({
    labels: { 'app.kubernetes.io/managed-by': 'kustomize', tier: 'db' },
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
  }),
  done: (fake) =>
    expect(found(fake)).toMatchObject({
      labels: { 'app.kubernetes.io/managed-by': 'Helm', tier: 'db' },
      annotations: { ...owned, 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    }),
});

const theirs = { annotations: { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'elsewhere' } };

test('an object that is not there, or that another release owns, is refused', async () => {
  expect(await new StepRig(createFakeCluster(), adoptObject).check('adoptObject', input)).toEqual(['StorageClass flow-modules is not there']);
  expect(await new StepRig(world(theirs)(), adoptObject).check('adoptObject', input)).toEqual([
    'StorageClass flow-modules belongs to the Helm release elsewhere/shop; if that release is gone, remove the annotations meta.helm.sh/*',
  ]);
});

test('an object of this very release may be adopted', async () => {
  expect(await new StepRig(world({ annotations: owned })(), adoptObject).check('adoptObject', input)).toEqual([]);
});

test('an object that another release took after the check is left to it', async () => {
  const fake = world()();
  const rig = new StepRig(fake, adoptObject);
  await rig.capture('adoptObject', input);
  await fake.patch(object, { metadata: theirs });
  const before = fake.world();
  await expect(rig.act('adoptObject', input)).rejects.toMatchObject({ type: 'NotOurs' });
  expect(fake.world()).toEqual(before);
});

async function adopted() {
  const fake = world({ labels: { tier: 'db' } })();
  const rig = new StepRig(fake, adoptObject);
  await rig.capture('adoptObject', input);
  await rig.act('adoptObject', input);
  return { fake, rig };
}

test('what others changed meanwhile stays when the adoption is taken back', async () => {
  const { fake, rig } = await adopted();
  await fake.patch(object, { metadata: { labels: { tier: 'cache', chart: 'shop-1' } } });
  const { uid } = found(fake)!;
  await rig.undo('adoptObject');
  expect(found(fake)).toMatchObject({ uid, labels: { tier: 'cache', chart: 'shop-1' } });
  expect(found(fake)?.annotations).toBeUndefined();
});

test('an object that is gone, or another one of the same name, is nobody’s to put back', async () => {
  const { fake, rig } = await adopted();
  await fake.delete(object);
  await expect(rig.undo('adoptObject')).rejects.toMatchObject({ type: 'NotOurs', message: expect.stringContaining('StorageClass flow-modules is gone') });
  fake.seed(storageClass({ labels: { 'app.kubernetes.io/managed-by': 'Helm' } }));
  const anew = fake.world();
  await expect(rig.undo('adoptObject')).rejects.toMatchObject({ type: 'NotOurs', message: expect.stringContaining('made anew') });
  expect(fake.world()).toEqual(anew);
});
