import { createNamespace } from '../../src/activities/create-namespace.js';
import type { KubeObject, Metadata } from '../../src/model/kube-object.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const ref = { apiVersion: 'v1', kind: 'Namespace', name: 'shop-helm' };
const input = { namespace: 'shop-helm' };

const inside = (kind: string, name: string, metadata: Partial<Metadata> = {}, apiVersion = 'v1'): KubeObject => ({
  apiVersion,
  kind,
  metadata: { namespace: 'shop-helm', name, ...metadata },
});

const fresh = [
  inside('ConfigMap', 'kube-root-ca.crt'),
  inside('ServiceAccount', 'default'),
  inside('Event', 'api.17f0'),
  { ...inside('Secret', 'default-token-x7k2p'), type: 'kubernetes.io/service-account-token' },
];

stepLaws('createNamespace, where it is missing', {
  step: 'createNamespace',
  factory: createNamespace,
  input,
  world: createFakeCluster,
  done: (fake) => expect(fake.find(ref)?.metadata.labels).toMatchObject({ 'rehelm.dev/run': 'r1' }),
});

async function made(...objects: readonly KubeObject[]) {
  const fake = createFakeCluster();
  const rig = new StepRig(fake, createNamespace);
  await rig.capture('createNamespace', input);
  await rig.act('createNamespace', input);
  fake.seed(...fresh, ...objects);
  return { fake, rig };
}

test('a namespace that was there before is left as it is', async () => {
  const fake = createFakeCluster();
  fake.seed(inside('Secret', 'theirs'));
  const beginning = fake.world({ uids: true });
  const rig = new StepRig(fake, createNamespace);
  await rig.capture('createNamespace', input);
  await rig.act('createNamespace', input);
  await rig.undo('createNamespace');
  expect(fake.world({ uids: true })).toEqual(beginning);
});

test('a namespace that somebody else makes after the plan is used and stays', async () => {
  const fake = createFakeCluster();
  const rig = new StepRig(fake, createNamespace);
  await rig.capture('createNamespace', input);
  fake.seed({ ...ref, metadata: { name: 'shop-helm' } });
  await rig.act('createNamespace', input);
  await rig.undo('createNamespace');
  expect(fake.find(ref)).toBeDefined();
});

test('what is in every namespace goes with it', async () => {
  const { fake, rig } = await made();
  await rig.undo('createNamespace');
  expect(fake.find(ref)).toBeUndefined();
});

test('what the run made goes with it', async () => {
  const { fake, rig } = await made(inside('Secret', 'carried', { labels: { 'rehelm.dev/run': 'r1', 'rehelm.dev/step': 'carry/x' } }));
  await rig.undo('createNamespace');
  expect(fake.find(ref)).toBeUndefined();
});

test('what is on its way out does not keep it: it is waited for', async () => {
  const { fake, rig } = await made(inside('ConfigMap', 'going', { finalizers: ['example.com/slow'] }));
  const going = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop-helm', name: 'going' };
  await fake.delete(going);
  const undone = rig.undo('createNamespace');
  setTimeout(() => void fake.patch(going, { metadata: { finalizers: null } }), 200);
  await undone;
  expect(fake.find(ref)).toBeUndefined();
});

test('what is owned is looked at through its owner', async () => {
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'probe', uid: 'job-uid', controller: true };
  const job = {
    ...inside('Job', 'probe', { uid: 'job-uid', labels: { 'rehelm.dev/run': 'r1' } }, 'batch/v1'),
    spec: { suspend: true, template: { spec: { containers: [] } } },
  };
  const { fake, rig } = await made(job, inside('ConfigMap', 'of-the-job', { ownerReferences: [owner] }));
  expect(fake.find({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop-helm', name: 'of-the-job' })).toBeDefined();
  await rig.undo('createNamespace');
  expect(fake.find(ref)).toBeUndefined();
});

test('what appears while the namespace is going cannot be saved any more, and does not stop the wait', async () => {
  const { fake, rig } = await made(inside('ConfigMap', 'held', { labels: { 'rehelm.dev/run': 'r1' }, finalizers: ['example.com/held'] }));
  await fake.delete(ref);
  fake.stalled = true;
  fake.seed(inside('Secret', 'late'));
  const undone = rig.undo('createNamespace');
  await new Promise((next) => setTimeout(next, 200));
  fake.stalled = false;
  await fake.patch({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop-helm', name: 'held' }, { metadata: { finalizers: null } });
  await undone;
  expect(fake.find(ref)).toBeUndefined();
});

test.each([
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['batch/v1', 'Job'],
  ['batch/v1', 'CronJob'],
  ['v1', 'Pod'],
  ['v1', 'PersistentVolumeClaim'],
  ['v1', 'Secret'],
  ['v1', 'ConfigMap'],
  ['v1', 'Service'],
  ['v1', 'ServiceAccount'],
  ['networking.k8s.io/v1', 'Ingress'],
] as const)('a foreign %s %s keeps the namespace, and is named', async (apiVersion, kind) => {
  const foreign = {
    ...inside(kind, 'billing', {}, apiVersion),
    spec: { replicas: 0, suspend: true, containers: [], selector: {}, template: { spec: { containers: [] } } },
  };
  const { fake, rig } = await made(foreign);
  await expect(rig.undo('createNamespace')).rejects.toMatchObject({ type: 'NotOurs', message: expect.stringContaining(`${kind} billing`) });
  expect(fake.find(ref)?.metadata.deletionTimestamp).toBeUndefined();
});

test('what another run made is foreign', async () => {
  const { rig } = await made(inside('Secret', 'theirs', { labels: { 'rehelm.dev/run': 'r2', 'rehelm.dev/step': 'it' } }));
  await expect(rig.undo('createNamespace')).rejects.toMatchObject({ type: 'NotOurs', message: 'Namespace shop-helm is not deleted: it holds Secret theirs' });
});

test('of many foreign objects ten are named and the others counted', async () => {
  const { rig } = await made(...Array.from({ length: 14 }, (_, number) => inside('Secret', `s${number}`)));
  await expect(rig.undo('createNamespace')).rejects.toMatchObject({ message: expect.stringMatching(/(Secret s\d+, ){10}4 more$/) });
});

test('a namespace that is being deleted is refused', async () => {
  const fake = createFakeCluster();
  fake.seed(inside('ConfigMap', 'held', { finalizers: ['example.com/held'] }));
  await fake.delete(ref);
  const rig = new StepRig(fake, createNamespace);
  expect(await rig.check('createNamespace', input)).toEqual(['Namespace shop-helm is being deleted: wait until it is gone']);
  await expect(rig.act('createNamespace', input)).rejects.toMatchObject({ type: 'NotReady' });
});
