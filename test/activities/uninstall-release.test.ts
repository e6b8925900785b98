import type { Adapters } from '../../src/activities/adapters.js';
import { helmInstall } from '../../src/activities/helm-install.js';
import { holdTraffic } from '../../src/activities/hold-traffic.js';
import { scaleDown } from '../../src/activities/scale-down.js';
import { uninstallRelease } from '../../src/activities/uninstall-release.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { createFakeHelm, type FakeChart } from '../support/fake-cluster/fake-helm.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const release = { namespace: 'chat', name: 'desk' };
const input = { release, withinSeconds: 5 };
type Shape = KubeObject & { readonly [field: string]: unknown };

const pod = (name: string) => ({ metadata: { labels: { app: name } }, spec: { containers: [{ name, image: `${name}:1` }] } });
const workload = (kind: string, name: string, more: object = {}): Shape => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name },
  spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: pod(name), ...more },
});
const claimSpec = { accessModes: ['ReadWriteOnce'], storageClassName: 'disk', resources: { requests: { storage: '1Gi' } } };
const templates = { serviceName: 'db', volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec }] };

const desk: FakeChart = {
  name: 'desk',
  version: '1.0.0',
  values: { namespace: false, job: false },
  render: ({ namespace, job }) => [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, type: 'Opaque', data: { password: 'czNjcmV0' } } as Shape,
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'kept', annotations: { 'helm.sh/resource-policy': 'keep' } }, type: 'Opaque' } as Shape,
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'files' }, spec: claimSpec } as Shape,
    workload('Deployment', 'web'),
    workload('StatefulSet', 'db', templates),
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { type: 'ClusterIP', selector: { app: 'web' }, ports: [{ port: 80 }] } } as Shape,
    ...(namespace ? [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'others' } }] : []),
    ...(job
      ? [
          {
            apiVersion: 'batch/v1',
            kind: 'Job',
            metadata: { name: 'seed' },
            spec: { selector: { matchLabels: { 'job-name': 'seed' } }, template: pod('seed') },
          } as Shape,
        ]
      : []),
  ],
};

const chart = { chart: 'desk', version: '1.0.0' };
let latest: FakeCluster;
const helmOf = (fake: FakeCluster) => createFakeHelm(fake, { desk, 'desk@2.0.0': { ...desk, version: '2.0.0' } });
const world = (): FakeCluster => {
  latest = createFakeCluster();
  latest.seed(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'chat' } },
    { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'disk' }, provisioner: 'fake', reclaimPolicy: 'Delete' } as Shape,
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace: 'chat' }, data: { a: 'b' } } as Shape,
  );
  return latest;
};
const factory = (adapters: Adapters) => ({
  ...uninstallRelease({ ...adapters, helm: helmOf(latest) }),
  ...helmInstall({ ...adapters, helm: helmOf(latest) }),
  ...holdTraffic(adapters),
  ...scaleDown(adapters),
});
const install = (fake: FakeCluster, values: object = {}) =>
  helmOf(fake).upgradeInstall({ release, chart, values: { ...values }, labels: {}, timeoutSeconds: 60, description: 'theirs' });

const names = (fake: FakeCluster) => Object.keys(fake.world()).filter((name) => name.includes(' chat/'));
const service = { apiVersion: 'v1', kind: 'Service', namespace: 'chat', name: 'web' };
const web = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'chat', name: 'web' } as const;
const claims = (fake: FakeCluster) =>
  fake
    .all<KubeObject & { status?: { phase: string } }>('v1', 'PersistentVolumeClaim', 'chat')
    .map(({ metadata, status }) => `${metadata.name} ${status?.phase}`);

stepLaws('uninstallRelease', {
  step: 'uninstallRelease',
  factory,
  input,
  world,
  before: async () => {
    await install(latest);
    await install(latest);
  },
  done: (fake) => {
    expect(names(fake)).toEqual([
      ...['v1 ConfigMap chat/theirs', 'v1 PersistentVolumeClaim chat/data-db-0', 'v1 PersistentVolumeClaim chat/data-db-1'],
      ...['v1 PersistentVolumeClaim chat/files', 'v1 Secret chat/kept'],
    ]);
    expect(fake.all('v1', 'Pod', 'chat')).toEqual([]);
    expect(fake.destroyed).toEqual([]);
  },
  secrets: ['s3cret', 'czNjcmV0'],
});

async function installed(values: object = {}) {
  const fake = world();
  await install(fake, values);
  return { fake, rig: new StepRig(fake, factory) };
}

async function run(rig: StepRig, step = 'uninstallRelease', given: object = input) {
  await rig.capture(step, given, step);
  return rig.act(step, given, step);
}

describe('uninstallRelease', () => {
  test('claims stay bound throughout, and come back to the same pods', async () => {
    const { fake, rig } = await installed();
    const before = claims(fake);
    await run(rig);
    expect(claims(fake)).toEqual(before);
    await rig.undo('uninstallRelease', 'uninstallRelease');
    expect(claims(fake)).toEqual(before);
    expect(fake.all('v1', 'Pod', 'chat')).toHaveLength(4);
  });

  test('what earlier steps of the run withdrew and stopped is put back although it was made anew', async () => {
    const { fake, rig } = await installed();
    const beginning = fake.world();
    await run(rig, 'holdTraffic', { object: service });
    await run(rig, 'scaleDown', { workload: web, withinSeconds: 5 });
    await run(rig);
    for (const step of ['uninstallRelease', 'scaleDown', 'holdTraffic']) await rig.undo(step, step);
    expect(fake.world()).toEqual(beginning);
  });

  test("who owned the fields of what is made anew owns them again: a helm that applies on the server's side would find the run in its way", async () => {
    const { fake, rig } = await installed();
    const managedFields = [{ manager: 'helm', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:replicas': {} } } }];
    await fake.patch(web, { metadata: { managedFields } });
    await run(rig, 'scaleDown', { workload: web, withinSeconds: 5 });
    await run(rig);
    for (const step of ['uninstallRelease', 'scaleDown']) await rig.undo(step, step);
    expect(fake.find(web)).toMatchObject({ spec: { replicas: 2 }, metadata: { managedFields } });
  });

  test.each([
    ['its record', 'create Secret chat/sh.helm.release.v1.desk.v1'],
    ['an object', 'create Secret chat/db'],
  ])('helm of the run that makes %s once the rollback has put the release back leaves it as it was', async (_, change) => {
    const { fake, rig } = await installed();
    const beginning = fake.world();
    await run(rig);
    const next = { release, chart: { ...chart, version: '2.0.0' }, values: { inline: {} }, set: {}, timeoutSeconds: 60, uninstalledBy: 'uninstallRelease' };
    const hang = fake.hangBefore((seen) => seen === change);
    const late = run(rig, 'helmInstall', next);
    late.catch(() => undefined);
    await hang.reached;
    for (const step of ['helmInstall', 'uninstallRelease']) await rig.undo(step, step);
    expect(fake.world()).toEqual(beginning);
    hang.release();
    await expect(late).rejects.toMatchObject({ type: 'Superseded' });
    expect(fake.world()).toEqual(beginning);
  });

  test('an object that somebody else has made under a name of old stops the undo there', async () => {
    const { fake, rig } = await installed();
    await run(rig);
    fake.seed({ ...service, metadata: { name: 'web', namespace: 'chat' }, spec: { ports: [{ port: 81 }] } } as unknown as Shape);
    await expect(rig.undo('uninstallRelease', 'uninstallRelease')).rejects.toMatchObject({
      type: 'NotOurs',
      message: expect.stringContaining('Service chat/web'),
    });
    await fake.delete(service);
    await rig.undo('uninstallRelease', 'uninstallRelease');
    expect(names(fake)).toContain('apps/v1 Deployment chat/web');
  });

  test('a Job of the release is not made anew: it would run again', async () => {
    const { fake, rig } = await installed({ job: true });
    await run(rig);
    await rig.undo('uninstallRelease', 'uninstallRelease');
    expect(names(fake)).not.toContain('batch/v1 Job chat/seed');
    expect(names(fake)).toContain('v1 Service chat/web');
  });

  test('a release whose end would take a namespace or claims along, one that is not deployed, and none at all are refused', async () => {
    const { rig } = await installed({ namespace: true });
    expect(await rig.check('uninstallRelease', input)).toEqual([expect.stringContaining('Namespace others')]);
    const { fake, rig: broken } = await installed();
    const policy = (whenDeleted: string) =>
      fake.patch({ ...web, kind: 'StatefulSet', name: 'db' }, { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted } } });
    await policy('Delete');
    expect(await broken.check('uninstallRelease', input)).toEqual([expect.stringMatching(/^StatefulSet chat\/db deletes its claims when it is deleted/)]);
    await policy('Retain');
    fake.failAfter(/create Secret chat\/sh\.helm\.release/);
    await expect(install(fake)).rejects.toThrow();
    expect(await broken.check('uninstallRelease', input)).toEqual([expect.stringContaining('pending-upgrade')]);
    world();
    expect(await new StepRig(latest, factory).check('uninstallRelease', input)).toEqual([expect.stringContaining('is not there')]);
  });
});
