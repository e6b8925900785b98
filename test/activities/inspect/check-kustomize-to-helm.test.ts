import { checkKustomizeToHelm } from '../../../src/activities/inspect/check-kustomize-to-helm.js';
import { planKinds } from '../../../src/activities/inspect/plan-kinds.js';
import { checkSteps } from '../../../src/activities/runs/journaled.js';
import type { CopierRequest } from '../../../src/model/copier.js';
import type { PingResult } from '../../../src/model/copier-mongo.js';
import type { Job, Secret } from '../../../src/model/kube-object.js';
import type { FakeCluster } from '../../support/fake-cluster/fake-cluster.js';
import { adaptersOver, asActivity } from '../../support/step-rig.js';
import { chart, helmOver, inspect, type Loose, type Shape, source, spec } from './shop-spec.js';

type StepChecks = Parameters<typeof checkSteps>[0];

/** What a whole preflight says, as the workflow asks it. */
async function check(fake: FakeCluster, given: Loose = spec(), made = chart(), steps: StepChecks = {}): Promise<readonly string[]> {
  const { spec: read, inventory } = await inspect(fake, given, helmOver(fake, made));
  const shown = await planKinds.planKustomizeToHelm({ spec: read, inventory });
  const adapters = adaptersOver(fake);
  const { checkKustomizeToHelm: run } = checkKustomizeToHelm(adapters, checkSteps(steps, adapters.locks));
  return (await asActivity(() => run({ run: 'r1', spec: read, inventory, shown }))).map(({ check: by, message }) => `${by}: ${message}`);
}

const namespace = (labels: object = {}): Shape => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop-helm', labels: { ...labels } } });

test('nothing is said of a plan that can be carried out', async () => {
  expect(await check(source())).toEqual([]);
});

test('every step’s objections are gathered, under the step’s id', async () => {
  const steps = {
    checkRetainVolume: async ({ volume }: Loose) => [`${volume} is odd`],
    checkScaleDown: async ({ workload }: Loose) => [`${workload.name} is needed`],
  };
  expect(await check(source(), spec(), chart(), steps)).toEqual([
    'retain/pv-files: pv-files is odd',
    'stop/Deployment/web: web is needed',
    'stop/StatefulSet/store: store is needed',
  ]);
});

test('a second run on the same release is refused with the first one’s workflow', async () => {
  const fake = source();
  const holder = { workflowId: 'migrate/shop-helm/shop', title: 'Move shop', since: '2026-01-01T00:00:00Z' };
  await adaptersOver(fake).locks.take('r0', holder, ['release/shop-helm/shop']);
  expect(await check(fake)).toEqual([
    expect.stringMatching(
      /^lock: release\/shop-helm\/shop is held by run r0 \(workflow migrate\/shop-helm\/shop, busy since 2026-.*finalize it or roll it back first$/,
    ),
  ]);
});

test('in the middle of another run what is missing is not blamed on the spec', async () => {
  const fake = source();
  await adaptersOver(fake).locks.take('r0', { workflowId: 'migrate/shop-helm/shop', title: 'Move shop', since: '2026-01-01T00:00:00Z' }, [
    'release/shop-helm/shop',
  ]);
  await expect(check(fake, { ...spec(), volumes: [{ claim: 'handed-over' }] })).rejects.toMatchObject({
    type: 'RunInProgress',
    message: expect.stringContaining('workflow migrate/shop-helm/shop'),
  });
});

test('what the worker may not do is told by resource, with the reason why it is needed', async () => {
  const fake = source();
  fake.deny({ resource: 'services/proxy' });
  fake.deny({ verb: 'delete', resource: 'leases' });
  expect(await check(fake)).toEqual([
    'access: the worker may not delete leases.coordination.k8s.io in rehelm-system (journal, locks, request files and copier Jobs)',
    'access: the worker may not get services/proxy in shop-helm (the release, and what it is made ready with)',
  ]);
});

test('access to what is adopted and suspended is asked for, too', async () => {
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'proxy' } };
  const job = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'nightly', namespace: 'shop', labels: { 'part-of': 'shop' } }, spec: {} };
  const fake = source(role, job);
  fake.deny({ verb: 'patch', resource: 'clusterroles' });
  fake.deny({ verb: 'patch', resource: 'cronjobs' });
  expect(
    await check(
      fake,
      spec(),
      chart(() => [role]),
    ),
  ).toEqual([
    'access: the worker may not patch clusterroles.rbac.authorization.k8s.io (cluster-scoped objects that the release adopts)',
    'access: the worker may not patch cronjobs.batch in shop (who would work against the run, suspended)',
  ]);
});

test('differences from the live product are refused or reported, as the spec says; what both say is the same', async () => {
  const given = spec();
  given.target.values = { inline: { log: 'debug' } };
  expect(await check(source(), given)).toEqual(['compareWithLive: Deployment web: web: env LOG differs']);
  given.target.compareWithLive = 'report';
  expect(await check(source(), given)).toEqual([]);
});

test('a way in that comes up open is refused', async () => {
  const given = spec();
  given.traffic.closed = { set: { type: 'ClusterIP' } };
  expect(await check(source(), given)).toEqual([
    'traffic.closed: Ingress shop shows the target to users in spite of traffic.closed.set: name the values by which it comes up closed',
  ]);
  delete given.traffic.closed;
  expect(await check(source(), given)).toEqual([
    'traffic.closed: Service web shows the target to users without traffic.closed.set: name the values by which it comes up closed',
    'traffic.closed: Ingress shop shows the target to users without traffic.closed.set: name the values by which it comes up closed',
  ]);
});

test('a chart’s claim that says otherwise than the bound one would fail the install', async () => {
  const claim: Shape = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'files' },
    spec: { storageClassName: 'fast', resources: { requests: { storage: '2Gi' } } },
  };
  const made = chart();
  const render = made.render;
  const other = {
    ...made,
    render: async (...args: Parameters<typeof render>) => (await render(...args)).map((object) => (object.kind === claim.kind ? claim : object)),
  };
  expect(await check(source(), spec(), other)).toEqual([
    'volumes: PersistentVolumeClaim files: storageClassName is disk, the chart says fast',
    'volumes: PersistentVolumeClaim files: storage is 1073741824 bytes, the chart says 2147483648 bytes',
  ]);
});

describe('the target namespace', () => {
  const greedy = chart(() => [
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent' },
      spec: { template: { spec: { hostNetwork: true, containers: [{ name: 'agent', securityContext: { privileged: true } }] } } },
    },
  ]);

  test('that enforces a Pod Security level refuses pods beyond it before anything is touched', async () => {
    expect(await check(source(namespace({ 'pod-security.kubernetes.io/enforce': 'baseline' })), spec(), greedy)).toEqual([
      'podSecurity: namespace shop-helm enforces baseline: DaemonSet agent: hostNetwork, agent is privileged',
    ]);
    expect(await check(source(namespace({ 'pod-security.kubernetes.io/warn': 'restricted' })), spec(), greedy)).toEqual([]);
  });

  test('that is not there yet gets a remark: its cluster may enforce a level by default', async () => {
    const { inventory } = await inspect(source(), spec(), helmOver(source(), greedy));
    expect(inventory.remarks).toEqual([
      'Namespace shop-helm is made without Pod Security labels; a cluster that enforces baseline by default would refuse DaemonSet agent: hostNetwork, agent is privileged',
      'DaemonSet agent listens on its node: who knows the node reaches it before the commit',
    ]);
  });

  test('whose quota is too small for the chart says what is missing', async () => {
    const quota = (hard: object, used: object) =>
      ({ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'small', namespace: 'shop-helm' }, status: { hard, used } }) as never;
    expect(await check(source(namespace(), quota({ pods: '4', persistentvolumeclaims: '1', 'requests.storage': '1Gi' }, { pods: '2' })))).toEqual([
      'quota: ResourceQuota small: the chart needs pods 3, of 4 there are 2 free',
    ]);
    expect(await check(source(namespace(), quota({ 'requests.cpu': '900m' }, {})))).toEqual([
      'quota: ResourceQuota small: the chart needs requests.cpu 1, of 900m there are 0.9 free',
      'quota: StatefulSet store says no requests.cpu, which a ResourceQuota of the namespace demands',
    ]);
  });
});

describe('a MongoDB', () => {
  const given = (more: object = {}) => ({
    ...spec(),
    databases: [
      {
        engine: 'mongodb',
        at: { service: 'mongodb/db', admin: { secretRef: { namespace: 'mongodb', name: 'root' } }, ...more },
        rename: [{ from: 'a', to: 'b' }],
      },
    ],
  });
  const service: Shape = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'db', namespace: 'mongodb' },
    spec: { selector: { app: 'db' }, ports: [{ port: 27_017 }] },
  };
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const root: Shape = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'root', namespace: 'mongodb' },
    data: { username: base64('root'), password: base64('r00t') },
  };
  const pong = (replicas: number): Partial<PingResult> => ({ version: '7.0.1', flavor: 'mongodb', replicas, sharded: false });

  /** A database that answers pings, and notes who asked what from where. */
  function world(answer: (asked: CopierRequest, from: string) => object, ...more: readonly Shape[]) {
    const fake = source(service, root, ...more);
    const asked: { readonly from: string; readonly request: CopierRequest }[] = [];
    fake.behaviour.job = ({ metadata }: Job) => {
      const { name, namespace: from = '' } = metadata;
      const data = fake.find<Secret>({ apiVersion: 'v1', kind: 'Secret', namespace: from, name })?.data?.['request.json'] ?? '';
      const request = JSON.parse(Buffer.from(data, 'base64').toString()) as CopierRequest;
      asked.push({ from, request });
      return { succeeded: true, log: `${JSON.stringify(answer(request, from))}\n` };
    };
    return { fake, asked };
  }

  test('with replicas is asked from rehelm’s own namespace, by a Job that goes with the check', async () => {
    const { fake, asked } = world(() => ({ result: pong(3) }));
    expect(await check(fake, given())).toEqual([]);
    expect(asked).toEqual([
      {
        from: 'rehelm-system',
        request: { engine: 'mongodb', verb: 'ping', at: { uri: 'mongodb://db.mongodb.svc:27017/', user: { name: 'root', password: 'r00t' } } },
      },
    ]);
    expect(fake.all('batch/v1', 'Job')).toEqual([]);
  });

  test('of a single replica is refused, unless somebody waives it', async () => {
    const { fake } = world(() => ({ result: pong(1) }));
    expect(await check(fake, given())).toEqual([
      'databases.0.at: mongodb/db (7.0.1) has 1 replica: the guide wants a multi-replica MongoDB; waive it with singleReplica: {waived: {by, reason}}',
    ]);
    expect(await check(fake, given({ singleReplica: { waived: { by: 'ada', reason: 'a test' } } }))).toEqual([]);
  });

  test('is asked from the target namespace, too, where that exists, without the administrator’s password', async () => {
    const { fake, asked } = world(
      (_, from) => (from === 'shop-helm' ? { failure: { type: 'Unreachable', message: 'no route' } } : { result: pong(3) }),
      namespace(),
    );
    expect(await check(fake, given())).toEqual(['databases.0.at: not from namespace shop-helm: ping on the database: no route']);
    expect(asked.find(({ from }) => from === 'shop-helm')?.request).toEqual({
      engine: 'mongodb',
      verb: 'ping',
      at: { uri: 'mongodb://db.mongodb.svc:27017/' },
    });
  });

  test('that refuses a stranger from the target namespace has been reached', async () => {
    const { fake } = world(
      (_, from) => (from === 'shop-helm' ? { failure: { type: 'Forbidden', message: 'who are you?' } } : { result: pong(3) }),
      namespace(),
    );
    expect(await check(fake, given())).toEqual([]);
  });

  test('that cannot be asked says so once, and its steps are not asked', async () => {
    const { fake } = world(() => ({ failure: { type: 'Forbidden', message: 'Authentication failed.' } }));
    const steps = { checkCopyDatabase: () => Promise.reject(new Error('must not be asked')) };
    expect(await check(fake, given(), chart(), steps)).toEqual([expect.stringMatching(/^databases\.0\.at: .*Authentication failed\./s)]);
  });

  test('whose administrator’s Secret lacks a key is told', async () => {
    const { fake } = world(() => ({ result: pong(3) }));
    const unusual = { admin: { secretRef: { namespace: 'mongodb', name: 'root', userKey: 'user' } } };
    expect(await check(fake, given(unusual))).toEqual(['databases.0.at: Secret mongodb/root has no key user; it has username, password']);
  });
});
