import { type ServePrivatelyInput, servePrivately } from '../../src/activities/serve-privately.js';
import type { Job, KubeObject, Pod, Secret, Workload } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { requestOf } from '../support/fake-copier.js';
import { claimOf, database, line, template, volumeOf } from '../support/private-world.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

const claim = { namespace: 'shop', name: 'data-db-0' };
const input: ServePrivatelyInput = {
  claim,
  data: 'data',
  major: 16,
  user: { uid: 999, gid: 998 },
  image: 'registry.example.com/db:16',
  pullSecrets: ['registry'],
  superuser: 'postgres',
  mode: 'standby',
  workloads: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'shop', name: 'db' }],
  withinSeconds: 2,
};
const named = (apiVersion: string, kind: string) => ({ apiVersion, kind, namespace: 'shop', name: 'rehelm-private-data-db-0' });
const [service, secret, set] = [named('v1', 'Service'), named('v1', 'Secret'), named('apps/v1', 'StatefulSet')];
const policy = named('networking.k8s.io/v1', 'NetworkPolicy');

/** What the Jobs answer: the copier's ping, and the release, which is written down here. */
function world({ replicas = 0, inRecovery = true, release = line({ result: { released: true } }) } = {}): FakeCluster & { readonly released: Job[] } {
  const fake = createFakeCluster();
  const released: Job[] = [];
  fake.seed(volumeOf('pv-1'), claimOf('data-db-0', 'pv-1'), database(replicas));
  fake.behaviour.job = (job) => {
    if (job.metadata.namespace === 'rehelm-system')
      return requestOf(fake, job) ? { succeeded: true, log: line({ result: { version: '16.3', major: 16, inRecovery } }) } : 'running';
    released.push(job);
    return release.includes('failure') ? { failed: 'no', log: release } : { succeeded: true, log: release };
  };
  fake.behaviour.log = (_, container) => (container === 'hold' ? line({ result: { wasShutDown: false } }) : '');
  return Object.assign(fake, { released });
}

stepLaws('servePrivately', {
  step: 'servePrivately',
  factory: (adapters) => servePrivately(adapters, () => 'pr1vate-canary'),
  input,
  world,
  secrets: ['pr1vate-canary'],
  done: (fake, result) => {
    expect(result).toEqual({ host: 'rehelm-private-data-db-0.shop.svc', version: '16.3', inRecovery: true, wasShutDown: false });
    expect(Object.keys(fake.find<Secret>(secret)?.data ?? {})).toEqual(['username', 'password']);
    const pod = fake.find<Workload>(set)!.spec.template.spec;
    expect(pod).toMatchObject({
      securityContext: { runAsNonRoot: true, runAsUser: 999, runAsGroup: 998 },
      imagePullSecrets: [{ name: 'registry' }],
      initContainers: [{ name: 'hold', command: ['node', '/app/main.mjs', 'data'] }],
    });
    expect(pod['securityContext']).not.toHaveProperty('fsGroup');
    expect(JSON.parse(pod.initContainers?.[0]?.env?.[0]?.value ?? '')).toEqual({ act: 'hold', data: '/volume/data', run: 'r1', major: 16, mode: 'standby' });
    const [server, relay] = pod.containers;
    expect(server).toMatchObject({ image: 'registry.example.com/db:16', command: ['sh', '-c', expect.stringContaining('listen_addresses=')] });
    // Only the relay, which asks for the password, is on the network; the server is on a socket of the pod.
    expect(server).not.toHaveProperty('ports');
    expect(relay).toMatchObject({ command: ['node', '/app/main.mjs', 'relay'], ports: [{ containerPort: 5432 }] });
    expect(server?.volumeMounts?.map(({ name }) => name)).not.toContain('login');
    expect(relay?.volumeMounts?.map(({ name }) => name)).not.toContain('data');
    expect(fake.find(service)).toMatchObject({ spec: { selector: { 'rehelm.dev/private-server': 'rehelm-private-data-db-0' } } });
    expect(fake.find(policy)).toMatchObject({
      spec: { ingress: [{ from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'rehelm-copier' } } }] }], egress: [] },
    });
  },
});

const begun = async (fake: FakeCluster) => {
  const rig = new StepRig(fake, servePrivately);
  await rig.capture('servePrivately', input);
  return rig;
};

test('no second server is started on data that somebody else uses', async () => {
  const awake = world({ replicas: 1 });
  await expect((await begun(awake)).act('servePrivately', input)).rejects.toMatchObject({
    type: 'SourceAwake',
    message: expect.stringContaining('db was scaled to 1'),
  });
  const shared = world();
  shared.seed({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name: 'backup' }, spec: template.spec } as Pod);
  const rig = await begun(shared);
  await expect(rig.act('servePrivately', input)).rejects.toMatchObject({ type: 'SourceAwake', message: expect.stringContaining('in use by Pod backup') });
  expect(shared.find(service)).toBeUndefined();
  await rig.undo('servePrivately');
  expect(shared.released).toEqual([]);
});

test('what the directory lacks ends it with the reason that its first container gave', async () => {
  const fake = world();
  fake.behaviour.pod = () => ({ notReady: 'PodInitializing' });
  fake.behaviour.log = () => line({ failure: { type: 'VolumeUnfit', message: 'it is of PostgreSQL 15.' } });
  fake.onChange((change) => {
    if (!change.startsWith('create StatefulSet')) return;
    fake.settle();
    fake.stalled = true;
    for (const pod of fake.all<Pod>('v1', 'Pod', 'shop'))
      fake.seed({ ...pod, status: { ...pod.status, initContainerStatuses: [{ name: 'hold', state: { terminated: { exitCode: 1 } } }] } } as Pod);
  });
  await expect((await begun(fake)).act('servePrivately', input)).rejects.toMatchObject({
    type: 'VolumeUnfit',
    message: expect.stringContaining('PostgreSQL 15'),
  });
});

test('a server that is not in recovery is not taken for a fence', async () => {
  await expect((await begun(world({ inRecovery: false }))).act('servePrivately', input)).rejects.toMatchObject({ type: 'NotReady' });
});

test('objects of another run under its names are a problem of the plan, and left alone', async () => {
  const fake = world();
  fake.seed({ ...service, metadata: { namespace: 'shop', name: service.name, labels: { 'rehelm.dev/run': 'r0', 'rehelm.dev/step': 'it' } } } as KubeObject);
  const rig = await begun(fake);
  expect(await rig.check('servePrivately', input)).toEqual([`Service shop/${service.name} is there already: another run is at this volume`]);
  await expect(rig.act('servePrivately', input)).rejects.toMatchObject({ type: 'NotOurs' });
  await rig.undo('servePrivately');
  expect(fake.find(service)).toBeDefined();
  expect(fake.released).toEqual([]);
});

test('the undo takes the password away first, and the Service only once the directory was put back', async () => {
  const fake = world({ release: line({ failure: { type: 'CopyFailed', message: 'the disk is gone' } }) });
  const rig = await begun(fake);
  await rig.act('servePrivately', input);
  const at = fake.changes.length;
  await expect(rig.undo('servePrivately')).rejects.toMatchObject({ type: 'CopyFailed', message: expect.stringContaining('the disk is gone') });
  expect(fake.changes.slice(at)[0]).toMatch(/^delete Secret/);
  expect(fake.find(service)).toBeDefined();
  expect(fake.find(secret)).toBeUndefined();
});
