import type { Adapters } from '../../src/activities/adapters.js';
import { helmUpgrade } from '../../src/activities/helm-upgrade.js';
import { scaleDown } from '../../src/activities/scale-down.js';
import { upgradeChart } from '../../src/activities/upgrade-chart.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { createFakeHelm, type FakeChart } from '../support/fake-cluster/fake-helm.js';
import { claimSpec, type Shape, secret, service, templates, workload as workloadOf } from '../support/released/chart-parts.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';
import { stillClock } from '../support/still-clock.js';

// Of helm's records.
stillClock();

const release = { namespace: 'iam', name: 'idp' };
const workload = workloadOf('idp');
const claim: Shape = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'files' }, spec: claimSpec };

const door: Shape = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'door' }, data: { open: 'yes' } };

const old: FakeChart = {
  name: 'idp',
  version: '1.0.0',
  values: { files: false, open: false },
  render: ({ files, open }) => [
    secret('db', { password: 's3cret' }),
    workload('StatefulSet', 'db', 1, templates('db')),
    service('db', 'db', 5432),
    ...(files ? [claim] : []),
    ...(open ? [door] : []),
    workload('Deployment', 'web', 2),
  ],
};
const preUpgrade = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'schema', annotations: { 'helm.sh/hook': 'pre-upgrade' } },
  spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'check', image: 'check:1' }] } } },
} as Shape;
const next: FakeChart = {
  name: 'idp',
  version: '2.0.0',
  values: { foreign: false, volumes: false, renamed: false, bound: false, hook: false, open: false },
  render: ({ foreign, volumes, renamed, bound, hook, open }) => [
    secret('ha', { password: 's3cret' }),
    // What its claims and its address are called is drawn anew each time.
    workload('StatefulSet', 'ha', 2, volumes ? templates('ha') : { serviceName: 'ha' }),
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'ha' }, spec: { clusterIP: 'None', selector: { app: 'ha' }, ports: [{ port: 5432 }] } } as Shape,
    workload('Deployment', 'web', 0, renamed ? { selector: { matchLabels: { app: 'web', part: 'new' } } } : {}),
    ...(bound ? [{ ...claim, spec: { ...claimSpec, accessModes: ['ReadWriteMany'] } }] : []),
    ...(hook ? [preUpgrade] : []),
    ...(open ? [door] : []),
    ...(foreign ? [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs' }, data: {} }] : []),
  ],
};

const chart = { chart: 'idp', version: '2.0.0' };
const input = { release, chart, values: { inline: {} }, set: {}, timeoutSeconds: 60 };
let latest: FakeCluster;
const helmOf = (fake: FakeCluster) => createFakeHelm(fake, { 'idp@1.0.0': old, 'idp@2.0.0': next });
const world = (): FakeCluster => {
  latest = createFakeCluster();
  latest.seed(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'iam' } },
    { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'disk' }, provisioner: 'fake', reclaimPolicy: 'Delete' } as KubeObject,
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace: 'iam' }, data: { a: 'b' } } as KubeObject,
  );
  return latest;
};
const factory = (adapters: Adapters) => ({
  ...upgradeChart({ ...adapters, helm: helmOf(latest) }),
  ...helmUpgrade({ ...adapters, helm: helmOf(latest) }),
  ...scaleDown(adapters),
});
const install = (fake: FakeCluster, version = '1.0.0', values: object = {}) =>
  helmOf(fake).upgradeInstall({ release, chart: { chart: 'idp', version }, values: { ...values }, labels: {}, timeoutSeconds: 60, description: 'theirs' });

const names = (fake: FakeCluster) => Object.keys(fake.world()).filter((name) => name.includes(' iam/') && !name.includes('helm.release'));

stepLaws('upgradeChart', {
  step: 'upgradeChart',
  factory,
  input,
  world,
  before: async () => void (await install(latest)),
  done: (fake) => {
    expect(names(fake)).toEqual([
      ...['apps/v1 Deployment iam/web', 'apps/v1 StatefulSet iam/ha', 'v1 ConfigMap iam/theirs'],
      ...['v1 PersistentVolumeClaim iam/data-db-0', 'v1 Secret iam/ha', 'v1 Service iam/ha'],
    ]);
    expect(fake.destroyed).toEqual([]);
  },
  secrets: ['s3cret', Buffer.from('s3cret').toString('base64')],
});

async function installed(values: object = {}) {
  const fake = world();
  await install(fake, '1.0.0', values);
  return { fake, rig: new StepRig(fake, factory) };
}

async function run(rig: StepRig, step = 'upgradeChart', given: object = input) {
  await rig.capture(step, given, step);
  return rig.act(step, given, step);
}

describe('upgradeChart', () => {
  test('the single server comes back to its own claim, and what earlier steps stopped is put back', async () => {
    const { fake, rig } = await installed();
    const beginning = fake.world();
    await run(rig, 'scaleDown', { workload: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'iam', name: 'web' }, withinSeconds: 5 });
    await run(rig, 'upgradeChart', { ...input, set: { volumes: true } });
    expect(names(fake)).toContain('v1 PersistentVolumeClaim iam/data-ha-1');
    await rig.undo('upgradeChart', 'upgradeChart');
    await rig.undo('scaleDown', 'scaleDown');
    expect(fake.world()).toEqual(beginning);
    expect(fake.all('v1', 'Pod', 'iam').map(({ metadata }) => metadata.name)).toContain('db-0');
  });

  test('a helm that writes when the run has long gone back undoes nothing of that', async () => {
    const { fake, rig } = await installed();
    const beginning = fake.world();
    const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'iam', name: 'web' };
    await run(rig, 'scaleDown', { workload: web, withinSeconds: 5 });
    await rig.capture('upgradeChart', input, 'upgradeChart');
    const hang = fake.hangBefore((change) => change.startsWith('create Secret iam/ha'));
    const late = rig.act('upgradeChart', input, 'upgradeChart').catch((error: unknown) => error);
    await hang.reached;
    await rig.undo('upgradeChart', 'upgradeChart');
    await rig.undo('scaleDown', 'scaleDown');
    expect(fake.world()).toEqual(beginning);
    hang.release();
    expect(await late).toMatchObject({ type: 'Superseded' });
    expect(fake.world()).toEqual(beginning);
  });

  test('a helm that opens the release when the run has long gone back takes away nothing of the former one', async () => {
    const { fake, rig } = await installed({ open: true });
    const beginning = fake.world();
    const closed = { open: false };
    await run(rig, 'upgradeChart', { ...input, set: closed });
    const opened = { release, chart, values: { inline: {} }, set: { open: true }, dropped: closed, installStep: 'upgradeChart' };
    const hang = fake.hangBefore((change) => change === 'create ConfigMap iam/door');
    const late = run(rig, 'helmUpgrade', opened).catch((error: unknown) => error);
    await hang.reached;
    for (const step of ['helmUpgrade', 'upgradeChart']) await rig.undo(step, step);
    expect(fake.world()).toEqual(beginning);
    hang.release();
    expect(await late).toMatchObject({ type: 'Superseded' });
    expect(fake.world()).toEqual(beginning);
  });

  test('after its undo helm upgrades the release as if nothing had been', async () => {
    const { fake, rig } = await installed();
    await run(rig);
    await rig.undo('upgradeChart', 'upgradeChart');
    expect(await helmOf(fake).latest(release)).toMatchObject({ revision: 1, status: 'deployed', chartVersion: '1.0.0' });
    expect(await install(fake, '2.0.0')).toMatchObject({ revision: 2, status: 'deployed' });
  });

  test('what somebody else has made of the release since is not taken back', async () => {
    const { fake, rig } = await installed();
    await run(rig);
    await install(fake, '2.0.0');
    await expect(rig.undo('upgradeChart', 'upgradeChart')).rejects.toMatchObject({ type: 'NotOurs', message: expect.stringContaining('revision 3') });
  });

  test('a claim that leaves the chart is refused, since helm would delete it, unless it is said to be kept', async () => {
    const fake = world();
    await install(fake, '1.0.0', { files: true });
    const rig = new StepRig(fake, factory);
    expect(await rig.check('upgradeChart', input)).toEqual([
      expect.stringMatching(/^PersistentVolumeClaim iam\/files is not in the new chart, and helm would delete it/),
    ]);
    const files = fake.find<Shape>({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'iam', name: 'files' });
    fake.seed({ ...files!, metadata: { ...files!.metadata, annotations: { ...files!.metadata.annotations, 'helm.sh/resource-policy': 'keep' } } });
    expect(await rig.check('upgradeChart', input)).toEqual([]);
    await run(rig);
    expect(names(fake)).toContain('v1 PersistentVolumeClaim iam/files');
  });

  test('a workload whose fixed fields the new chart changes is made anew by helm, and is what it was after the undo', async () => {
    const { fake, rig } = await installed();
    const beginning = fake.world();
    const given = { ...input, set: { renamed: true } };
    expect(await rig.check('upgradeChart', given)).toEqual([]);
    await run(rig, 'upgradeChart', given);
    const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'iam', name: 'web' };
    expect(fake.find(web)).toMatchObject({ spec: { selector: { matchLabels: { part: 'new' } } } });
    await rig.undo('upgradeChart', 'upgradeChart');
    expect(fake.world()).toEqual(beginning);
  });

  test('a hook that fails is named with what its pods say', async () => {
    const { fake, rig } = await installed();
    fake.behaviour.job = async () => ({ failed: 'schema 12 is too old', exitCode: 3 });
    await expect(run(rig, 'upgradeChart', { ...input, set: { hook: true } })).rejects.toMatchObject({
      type: 'HelmFailed',
      message: expect.stringMatching(/hook Job iam\/schema: Pod schema-.* \(Failed\): check: last ended with exit code 3.*schema 12 is too old/),
    });
  });

  test('a StatefulSet that would take its claims with it is refused', async () => {
    const { fake, rig } = await installed();
    await fake.patch(
      { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'iam', name: 'db' },
      { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } } },
    );
    expect(await rig.check('upgradeChart', input)).toEqual([
      'StatefulSet iam/db deletes its claims when it is deleted (persistentVolumeClaimRetentionPolicy.whenDeleted): set that to Retain first',
    ]);
  });

  test('any other object that cannot be changed in place is refused before anything is touched', async () => {
    const fake = world();
    await install(fake, '1.0.0', { files: true });
    const rig = new StepRig(fake, factory);
    expect(await rig.check('upgradeChart', { ...input, set: { bound: true } })).toEqual([
      expect.stringMatching(/^PersistentVolumeClaim iam\/files cannot become what the new chart wants \(patch PersistentVolumeClaim iam\/files: .*immutable/),
    ]);
  });

  test('a release that is not there or not deployed, and foreign objects in its way, are refused', async () => {
    const { fake, rig } = await installed();
    expect(await rig.check('upgradeChart', { ...input, set: { foreign: true } })).toEqual([expect.stringContaining('ConfigMap iam/theirs')]);
    fake.failAfter(/create Secret iam\/sh\.helm\.release/);
    await expect(install(fake, '2.0.0')).rejects.toThrow();
    expect((await rig.check('upgradeChart', input)).join()).toMatch(/pending-upgrade in revision 2: make it deployed first/);
    world();
    expect((await new StepRig(latest, factory).check('upgradeChart', input)).join()).toMatch(/release iam\/idp is not there/);
  });
});
