import type { KubeObject } from '../../../src/model/kube-object.js';
import { argoKinds, fluxKinds, kedaKinds } from '../../support/fake-cluster/kinds.js';
import { inspect, pods, problemsOf, type Shape, source, spec, workload } from './shop-spec.js';

const named = (apiVersion: string, kind: string, name: string, more: object = {}, labels: object = {}): Shape =>
  ({ apiVersion, kind, metadata: { name, namespace: 'shop', labels }, ...more }) as Shape;
const scales = (name: string, kind = 'Deployment') => ({ spec: { scaleTargetRef: { kind, name } } });
const ours = { 'part-of': 'shop' };

const ownersOf = async (fake: ReturnType<typeof source>) =>
  (await inspect(fake, { ...spec(), target: { ...spec().target, compareWithLive: 'report' } })).inventory.owners.map(
    ({ kind, namespace, name }) => `${kind} ${namespace}/${name}`,
  );

describe('who would work against the run', () => {
  test('is found by what it scales or by the selector, and others are left alone', async () => {
    const fake = source(
      named('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', scales('web')),
      named('autoscaling/v2', 'HorizontalPodAutoscaler', 'theirs', scales('billing')),
      named('batch/v1', 'CronJob', 'nightly', { spec: {} }, ours),
      named('batch/v1', 'CronJob', 'theirs', { spec: {} }),
    );
    expect(await ownersOf(fake)).toEqual(['HorizontalPodAutoscaler shop/web', 'CronJob shop/nightly']);
  });

  test('an autoscaler that KEDA made is not suspended: its ScaledObject is', async () => {
    const fake = source();
    fake.install(...kedaKinds);
    fake.seed(named('keda.sh/v1alpha1', 'ScaledObject', 'web', scales('web')));
    const [scaled] = fake.all<KubeObject>('keda.sh/v1alpha1', 'ScaledObject');
    const owner = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: 'web', uid: scaled?.metadata.uid ?? '', controller: true };
    const made = named('autoscaling/v2', 'HorizontalPodAutoscaler', 'keda-hpa-web', scales('web'));
    fake.seed({ ...made, metadata: { ...made.metadata, ownerReferences: [owner] } });
    expect(await ownersOf(fake)).toEqual(['ScaledObject shop/web']);
  });

  test('Flux and Argo CD are found by the marks on the workloads, in whatever namespace they live', async () => {
    const flux = { 'kustomize.toolkit.fluxcd.io/name': 'shop', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };
    const marked = workload('Deployment', 'api', 'shop', { replicas: 1, ...pods('api') });
    const tracked = { 'argocd.argoproj.io/tracking-id': 'argo_shop-prod:apps/Deployment:shop/api' };
    const fake = source({ ...marked, metadata: { ...marked.metadata, labels: { ...ours, ...flux }, annotations: tracked } });
    expect(await ownersOf(fake)).toEqual([]);
    fake.install(...fluxKinds, ...argoKinds);
    const at = (namespace: string, object: Shape): Shape => ({ ...object, metadata: { ...object.metadata, namespace } });
    fake.seed(
      at('flux-system', named('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'shop')),
      at('flux-system', named('kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'others')),
      at('argo', named('argoproj.io/v1alpha1', 'Application', 'shop-prod')),
      at('argocd', named('argoproj.io/v1alpha1', 'Application', 'shop-prod')),
    );
    expect(await ownersOf(fake)).toEqual(['Kustomization flux-system/shop', 'Application argo/shop-prod']);
  });
});

describe('the source’s version', () => {
  const images = async (image: string, more: object = {}) => {
    const fake = source(workload('Deployment', 'api', 'shop', { replicas: 1, ...pods('api', { image }) }));
    return problemsOf(fake, { ...spec(), sourceVersion: { fromImageTagOf: 'deployment/api', ...more } });
  };

  test.each(['r:5000/api:2.0.0', 'api:v2.0.0', 'r:5000/team/api:2.0.0@sha256:0123abcd'])('is the tag of %s', async (image) => {
    expect(await images(image, { atLeast: '1.9' })).toEqual([]);
  });

  test.each(['r:5000/api', 'api@sha256:0123abcd'])('is not to be had from %s', async (image) => {
    expect(await images(image)).toEqual(['sourceVersion.fromImageTagOf: the image of api has no tag']);
  });

  test.each([
    [
      'api:1.9.9',
      '1.10',
      [
        'target.version: the source runs 1.9.9, the chart is 2.0.0: the guide wants equal versions',
        'sourceVersion.atLeast: the source runs 1.9.9, older than 1.10',
      ],
    ],
    ['api:2.0', '2.0.0', ['target.version: the source runs 2.0, the chart is 2.0.0: the guide wants equal versions']],
    [
      'api:latest',
      '1.9',
      [expect.stringContaining('target.version'), 'sourceVersion.atLeast: the source’s tag latest says no version to compare with 1.9'.replace('’', "'")],
    ],
  ])('%s with at least %s', async (image, atLeast, problems) => {
    expect(await images(image, { atLeast })).toEqual(problems);
  });
});

describe('what must not be stopped', () => {
  const db = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'db', namespace: 'shop' },
    spec: { selector: { app: 'store' }, ports: [{ port: 27_017 }] },
  };
  const database = (service: string) => [
    { engine: 'mongodb', at: { service, admin: { secretRef: { namespace: 'shop', name: 'app' } } }, rename: [{ from: 'a', to: 'b' }] },
  ];

  test('rehelm and Temporal themselves', async () => {
    const temporal = workload('Deployment', 'temporal-frontend', 'shop', { replicas: 1, ...pods('t') });
    const fake = source({ ...temporal, metadata: { ...temporal.metadata, labels: { ...ours, 'app.kubernetes.io/name': 'temporal' } } });
    expect(await problemsOf(fake)).toEqual([
      'source.workloads.selector: matches Deployment shop/temporal-frontend, which runs rehelm or Temporal: it must not be stopped',
    ]);
  });

  test('a database that stays, in whose place a copy is to be made', async () => {
    expect(await problemsOf(source(db as Shape), { ...spec(), databases: database('shop/db') })).toEqual([
      'source.workloads.selector: matches StatefulSet shop/store, the database behind db: it stays and must not be stopped',
    ]);
  });

  test('a database whose Service is not there is told, too', async () => {
    expect(await problemsOf(source(), { ...spec(), databases: database('mongodb/db') })).toEqual(['databases.0.at.service: Service mongodb/db is not there']);
  });

  test('a DaemonSet, which has no replicas', async () => {
    expect(await problemsOf(source(workload('DaemonSet', 'agent', 'shop', pods('agent'))))).toEqual([
      'source.workloads.selector: matches DaemonSet shop/agent, which has no replicas and cannot be stopped: leave it out',
    ]);
  });
});

describe('remarks', () => {
  const remarks = async (...more: readonly Shape[]) => (await inspect(source(...more), { ...spec(), traffic: { hold: ['ingress/*'] } })).inventory.remarks;

  test('a PodDisruptionBudget does not stop a scaling to zero', async () => {
    const budget = named('policy/v1', 'PodDisruptionBudget', 'web', { spec: { selector: { matchLabels: { app: 'web' } } } });
    expect(await remarks(budget)).toContain('PodDisruptionBudget shop/web does not keep the source running: scaling to 0 is no eviction');
  });

  test('a way in that is not held is told', async () => {
    expect(await remarks()).toEqual([
      'Service shop/web shows the source to users and is not under traffic.hold: it answers nothing once the source is stopped',
    ]);
  });
});
