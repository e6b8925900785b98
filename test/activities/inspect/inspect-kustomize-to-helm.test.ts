import { failure } from '../../../src/errors.js';
import { createFakeHelm } from '../../support/fake-cluster/fake-helm.js';
import { chart, helmOver, hooked, inspect, pods, problemsOf, secret, source, spec, workload } from './shop-spec.js';

test('a product that fits its spec is found whole, by names and numbers, and nothing is changed', async () => {
  const fake = source();
  const { inventory } = await inspect(fake);
  const web = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const store = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'store' };
  expect(inventory).toEqual({
    serverVersion: 'v1.34.4',
    helmVersion: 'v4.1.4',
    sourceVersion: '2.0.0',
    targetNamespaceExists: false,
    release: { namespace: 'shop-helm', name: 'shop' },
    chart: {
      name: 'shop',
      version: '2.0.0',
      appVersion: '2.0.0',
      workloads: [
        { ...web, namespace: 'shop-helm' },
        { ...store, namespace: 'shop-helm' },
      ],
      exposed: [
        { apiVersion: 'v1', kind: 'Service', name: 'web' },
        { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'shop' },
      ],
      exposedWhenClosed: [],
      hooksAreCarried: false,
    },
    hookReaders: {},
    workloads: [
      { ref: { ...web, namespace: 'shop' }, replicas: 2 },
      { ref: { ...store, namespace: 'shop' }, replicas: 1 },
    ],
    owners: [],
    held: [
      { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace: 'shop', name: 'shop' },
      { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'web' },
    ],
    secrets: [
      { name: 'app', to: 'app', class: 'owned' },
      { name: 'token-old', to: 'token-new', class: 'plain' },
    ],
    volumes: [{ claim: 'files', volume: 'pv-files', size: '1Gi', storageClass: 'disk', inChart: true }],
    adopt: [],
    set: {},
    differences: [],
    obstacles: [],
    remarks: [],
  });
  expect(fake.allChanges).toEqual([]);
});

test('the policy is what the spec says, with the worker’s heartbeat', async () => {
  const given = { ...spec(), approval: { start: 'none', commit: { within: '20m', then: 'rollback' } }, onFailure: { wait: '5m', then: 'wait' } };
  expect((await inspect(source(), given)).policy).toMatchObject({
    ...{ start: 'none', commit: 'ask', commitThen: 'rollback', commitWithinSeconds: 1200, failureWaitSeconds: 300, failureThen: 'wait' },
    heartbeatTimeoutSeconds: 10,
  });
  expect((await inspect(source(), { ...spec(), approval: 'none' })).policy).toMatchObject({ start: 'none', commit: 'none', commitThen: 'wait' });
});

test('a volume’s own ids are filled into the chart’s values', async () => {
  const given = spec();
  given.target.set = { 'efs.id': { volume: 'files', field: 'handle' }, 'efs.name': { volume: 'files', field: 'persistentVolume' } };
  expect((await inspect(source(), given)).inventory.set).toEqual({ 'efs.id': 'disk-1', 'efs.name': 'pv-files' });
  given.target.set = { 'efs.server': { volume: 'files', field: 'server' }, 'efs.id': { volume: 'fils', field: 'handle' } };
  expect(await problemsOf(source(), given)).toEqual([
    'target.set.efs.server: server of volume files is not to be had: is it listed under volumes, and does its PersistentVolume say it?',
    'target.set.efs.id: handle of volume fils is not to be had: is it listed under volumes, and does its PersistentVolume say it?',
  ]);
});

test('names that resolve to nothing are told all at once, each at its path', async () => {
  const given = spec();
  given.secrets = { carry: 'app, tokne-*', change: [{ name: 'unrelated', to: 'x' }] };
  given.volumes = [{ claim: 'files' }, { claim: 'fils' }];
  given.traffic.hold = ['ingress/api-*', 'service/web', 'service/kubernetes'];
  given.sourceVersion = { fromImageTagOf: 'deployment/wbe' };
  given.target.values = { secretRef: { namespace: 'rehelm-system', name: 'values' } };
  given.target.chart = 'oci://r/shpo';
  expect(await problemsOf(source(), given)).toEqual([
    'volumes.1.claim: PersistentVolumeClaim shop/fils is not there',
    'traffic.hold.0: api-* matches no Ingress in namespace shop',
    'traffic.hold.2: kubernetes matches no Service in namespace shop',
    'sourceVersion.fromImageTagOf: Deployment wbe is not among the selected workloads',
    expect.stringContaining('target.chart: helm pull of oci://r/shpo'),
    'target.values: Secret rehelm-system/values with the values is not there',
    'secrets.carry: tokne-* matches no Secret in namespace shop',
    'secrets.change.0.name: Secret unrelated is not among those carried',
  ]);
});

test('a selector that matches nothing, or that the server cannot read, is a problem of the spec', async () => {
  const given = spec();
  given.source.workloads.selector = 'part-of=shpo';
  delete given.sourceVersion;
  expect(await problemsOf(source(), given)).toEqual(['source.workloads.selector: matches no Deployment or StatefulSet in namespace shop']);
  const fake = source();
  const list = fake.list;
  fake.list = (query) =>
    query.labelSelector?.includes('shpo') ? Promise.reject(failure('Invalid', '400 BadRequest: unable to parse requirement')) : list(query);
  expect(await problemsOf(fake, given)).toEqual(['source.workloads.selector: 400 BadRequest: unable to parse requirement']);
});

describe('a package', () => {
  test('that is not the one the spec names, lacks a dependency, or wants another Kubernetes is refused before it is rendered', async () => {
    const fake = source();
    const made = chart(() => [], { version: '2.0.1', kubeVersion: '>=1.40.0-0', missingDependencies: ['redis 1.x'], render: () => fail() });
    expect(await problemsOf(fake, spec(), helmOver(fake, made))).toEqual([
      'target.version: the package says 2.0.1',
      'target.chart: depends on redis 1.x, which is not in the package',
      'target.version: the chart wants Kubernetes >=1.40.0-0, the server is v1.34.4',
    ]);
  });

  test('whose templates refuse the values says so in Helm’s words', async () => {
    const fake = source();
    const made = chart(() => {
      throw new Error('replicas must be odd');
    });
    expect(await problemsOf(fake, spec(), helmOver(fake, made))).toEqual([expect.stringMatching(/^target\.values: .*replicas must be odd/s)]);
  });

  test('that uses kinds of its own is told to have its CRDs installed first', async () => {
    const fake = source();
    const made = chart(() => {
      throw new Error('resource mapping not found for name: "x": no matches for kind "Widget" in version "w/v1", ensure CRDs are installed first');
    });
    expect(await problemsOf(fake, spec(), helmOver(fake, made))).toEqual([expect.stringContaining('install its CRDs first')]);
  });
});

const fail = (): never => {
  throw new Error('must not be rendered');
};

test('a registry that does not answer is tried again, not blamed on the spec', async () => {
  const fake = source();
  const helm = { ...createFakeHelm(fake, {}), inspectChart: () => Promise.reject(Object.assign(new Error('no route'), { name: 'Broken' })) };
  await expect(inspect(fake, spec(), helm)).rejects.toThrow('no route');
});

describe('Services that the spec names', () => {
  test('must be made by the chart, with the port that is asked', async () => {
    const given = spec();
    given.probes = [
      { name: 'typo', http: 'http://shop.example.com/', via: 'service/wbe' },
      { name: 'port', http: 'http://shop.example.com/', via: 'service/web:8080' },
      { name: 'named', http: 'http://shop.example.com/', via: 'service/web:http' },
      { name: 'by host', http: 'http://web.shop.svc/healthz' },
    ];
    given.externalAddress.service = 'traefik';
    expect(await problemsOf(source(), given)).toEqual([
      'probes.0.via: the chart makes no Service wbe; it makes web',
      'probes.1.via: Service web has no port 8080: it has 80 (http)',
      'externalAddress.service: the chart makes no Service traefik',
    ]);
  });
});

describe('a claim', () => {
  const claim = (more: object) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'extra', namespace: 'shop' }, ...more }) as never;

  test('that is not bound, is going, or whose volume is gone cannot be handed over', async () => {
    const given = spec();
    given.volumes = [{ claim: 'extra' }];
    delete given.externalAddress;
    expect(await problemsOf(source(claim({ spec: { storageClassName: '' } })), given)).toEqual([
      expect.stringMatching(/^volumes\.0\.claim: PersistentVolumeClaim extra is (Pending|new), not Bound$/),
    ]);
    const going = { metadata: { name: 'extra', namespace: 'shop', deletionTimestamp: '2020-01-01T00:00:00Z', finalizers: ['x/y'] }, spec: {} };
    expect(await problemsOf(source(claim(going)), given)).toEqual(['volumes.0.claim: PersistentVolumeClaim extra is being deleted']);
  });
});

describe('what the chart exposes', () => {
  test.each([
    ['with traffic.closed, and still a way in', { type: 'NodePort' }, ['Service', 'Ingress']],
    ['with traffic.closed, all of it', { type: 'ClusterIP', ingress: false }, []],
  ])('%s', async (_, set, kinds) => {
    const given = { ...spec(), traffic: { hold: ['service/web'], closed: { set } } };
    expect((await inspect(source(), given)).inventory.chart.exposedWhenClosed.map(({ kind }) => kind)).toEqual(kinds);
  });

  test('without traffic.closed it comes up as it is', async () => {
    const given = { ...spec(), traffic: { hold: ['service/web'] } };
    const { chart: found } = (await inspect(source(), given)).inventory;
    expect(found.exposedWhenClosed).toEqual(found.exposed);
  });
});

describe('objects without a namespace', () => {
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'proxy' } };
  const ref = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'proxy' };
  const made = chart(() => [
    role,
    { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'new' } },
    { apiVersion: 'w/v1', kind: 'Widget', metadata: { name: 'w' } },
  ]);

  test('that the chart declares and that exist are adopted; kinds that the cluster does not serve are left out', async () => {
    const fake = source(role);
    expect((await inspect(fake, spec(), helmOver(fake, made))).inventory.adopt).toEqual([ref]);
  });

  test('that the spec lists must be part of the chart', async () => {
    const fake = source(role);
    expect((await inspect(fake, { ...spec(), adopt: [ref] }, helmOver(fake, made))).inventory.adopt).toEqual([ref]);
    expect(await problemsOf(fake, { ...spec(), adopt: [{ ...ref, name: 'prxoy' }] }, helmOver(fake, made))).toEqual([
      'adopt.0: the chart makes no ClusterRole prxoy: it could not be a part of the release',
    ]);
  });
});

test('a worker that may not read is told everything that it may not do', async () => {
  const fake = source();
  fake.deny({ resource: 'secrets', namespace: 'shop' });
  fake.deny({ resource: 'persistentvolumes', verb: 'patch' });
  await expect(inspect(fake)).rejects.toMatchObject({
    type: 'PreflightFailed',
    message: expect.stringMatching(/may not get, list secrets in shop .*\n.*may not patch persistentvolumes /),
  });
});

test('inventories stay small: names and numbers only, whatever the secrets hold', async () => {
  const fake = source(
    secret('token-x'),
    workload('Deployment', 'extra', 'shop', { replicas: 1, ...pods('extra', { env: [{ name: 'KEY', value: 'canary-7' }] }) }),
  );
  const made = chart(() => [
    hooked('token-x'),
    workload('Deployment', 'extra', undefined, { replicas: 1, ...pods('extra', { env: [{ name: 'KEY', value: 'canary-8' }] }) }),
  ]);
  const text = JSON.stringify(await inspect(fake, spec(), helmOver(fake, made)));
  expect(text).toContain('extra: env KEY');
  for (const canary of ['canary-7', 'canary-8', Buffer.from('s3cret').toString('base64'), 's3cret']) expect(text).not.toContain(canary);
});
