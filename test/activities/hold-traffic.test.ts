import { holdTraffic } from '../../src/activities/hold-traffic.js';
import type { KubeObject, Pod, Service } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { stepLaws } from '../support/step-laws.js';
import { StepRig } from '../support/step-rig.js';

type Loose = KubeObject & { readonly spec: Readonly<Record<string, unknown>> };

const service = { apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'web' };
const ingress = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace: 'shop', name: 'web' };
const sliceRef = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace: 'shop', name: 'web-abc' };

const object = (
  { apiVersion, kind, namespace, name }: typeof service,
  spec: Readonly<Record<string, unknown>>,
  annotations?: Readonly<Record<string, string>>,
): Loose => ({
  apiVersion,
  kind,
  metadata: { namespace, name, ...(annotations && { annotations }) },
  spec,
});
const ports = [{ port: 80, nodePort: 30080 }];
const web = object(service, { type: 'LoadBalancer', selector: { app: 'web' }, ports });
const deployment: Loose = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'shop', name: 'web' },
  spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web' }] } } },
};

/** The fake has no EndpointSlice controller of its own. */
function followSelector(fake: FakeCluster): void {
  const selector = fake.find<Service>(service)?.spec.selector ?? {};
  const pods = fake.all<Pod>('v1', 'Pod', 'shop').filter(({ metadata }) => Object.entries(selector).every(([key, value]) => metadata.labels?.[key] === value));
  const endpoints = pods.map(({ status }) => ({ addresses: [status?.podIP ?? ''] }));
  fake.seed({ ...sliceRef, metadata: { namespace: 'shop', name: 'web-abc', labels: { 'kubernetes.io/service-name': 'web' } }, endpoints } as KubeObject);
}

const withService = () => {
  const fake = createFakeCluster();
  fake.seed(web, deployment);
  followSelector(fake);
  fake.onChange(() => followSelector(fake));
  return fake;
};
const withIngress = (spec: Readonly<Record<string, unknown>>, annotations?: Readonly<Record<string, string>>) => () => {
  const fake = createFakeCluster();
  fake.seed(object(ingress, { rules: [{ host: 'shop.example.com' }], ...spec }, annotations));
  return fake;
};
const endpointsOf = (fake: FakeCluster) => (fake.find(sliceRef) as unknown as { endpoints: readonly unknown[] }).endpoints;

stepLaws('holdTraffic, of a Service', {
  step: 'holdTraffic',
  factory: holdTraffic,
  input: { object: service },
  world: withService,
  done: (fake) => {
    const { spec } = fake.find<Service>(service)!;
    expect(spec).toMatchObject({ selector: { app: 'web', 'rehelm.dev/held': 'r1' }, type: 'LoadBalancer', ports, clusterIP: expect.any(String) });
    expect(endpointsOf(fake)).toEqual([]);
  },
});

stepLaws('holdTraffic, of an Ingress of a class', {
  step: 'holdTraffic',
  factory: holdTraffic,
  input: { object: ingress },
  world: withIngress({ ingressClassName: 'traefik' }),
  done: (fake) => expect(fake.find<Loose>(ingress)?.spec).toEqual({ ingressClassName: 'rehelm-held', rules: [{ host: 'shop.example.com' }] }),
});

stepLaws('holdTraffic, of an Ingress with the annotation of old', {
  step: 'holdTraffic',
  factory: holdTraffic,
  input: { object: ingress },
  world: withIngress({}, { 'kubernetes.io/ingress.class': 'nginx', 'nginx.ingress.kubernetes.io/rewrite-target': '/' }),
  done: (fake) => {
    expect(fake.find<Loose>(ingress)?.spec['ingressClassName']).toBe('rehelm-held');
    expect(fake.find<Loose>(ingress)?.metadata.annotations).toEqual({ 'nginx.ingress.kubernetes.io/rewrite-target': '/' });
  },
});

stepLaws('holdTraffic, of an Ingress that the default class serves', {
  step: 'holdTraffic',
  factory: holdTraffic,
  input: { object: ingress },
  world: withIngress({}),
  done: (fake) => expect(fake.find<Loose>(ingress)?.spec['ingressClassName']).toBe('rehelm-held'),
});

test('it waits until no endpoint is left, and feeds the pods again when taken back', async () => {
  const fake = createFakeCluster();
  fake.seed(web, deployment);
  followSelector(fake);
  const rig = new StepRig(fake, holdTraffic);
  await rig.capture('holdTraffic', { object: service });
  let held = false;
  const holding = rig.act('holdTraffic', { object: service }).then(() => {
    held = true;
  });
  await new Promise((next) => setTimeout(next, 300));
  expect(fake.find<Service>(service)?.spec.selector).toHaveProperty(['rehelm.dev/held']);
  expect(held).toBe(false);
  followSelector(fake);
  await holding;
  await rig.undo('holdTraffic');
  followSelector(fake);
  expect(endpointsOf(fake)).toHaveLength(2);
});

const checked = (fake: FakeCluster, wanted: object) => new StepRig(fake, holdTraffic).check('holdTraffic', { object: wanted });
const withOne = (...objects: readonly KubeObject[]) => {
  const fake = createFakeCluster();
  fake.seed(...objects);
  return fake;
};

test.each([
  ['one that is not there', [], service, 'Service shop/web is not there'],
  [
    'a Service of type ExternalName',
    [object(service, { type: 'ExternalName', externalName: 'x.example.com', selector: { app: 'web' } })],
    service,
    'type ExternalName',
  ],
  ['a Service without a selector', [object(service, { ports })], service, 'has no selector'],
  ['a Service that another run holds', [object(service, { selector: { app: 'web', 'rehelm.dev/held': 'r0' } })], service, 'already held, by run r0'],
  ['an Ingress that is held', [object(ingress, { ingressClassName: 'rehelm-held' })], ingress, 'already held'],
  [
    'an Ingress where somebody serves the class',
    [object(ingress, {}), { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'rehelm-held' } }],
    ingress,
    'a controller may serve',
  ],
  ['a Deployment', [deployment], { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }, 'traffic is held at an Ingress or a Service'],
])('%s is refused', async (_, objects, wanted, words) => {
  expect(await checked(withOne(...objects), wanted)).toEqual([expect.stringContaining(words)]);
});

test('an Ingress that was deleted and made anew is left alone', async () => {
  const fake = withIngress({ ingressClassName: 'traefik' })();
  const rig = new StepRig(fake, holdTraffic);
  await rig.capture('holdTraffic', { object: ingress });
  await rig.act('holdTraffic', { object: ingress });
  await fake.delete(ingress);
  fake.seed(object(ingress, { ingressClassName: 'nginx' }));
  await expect(rig.undo('holdTraffic')).rejects.toMatchObject({ type: 'NotOurs' });
  expect(fake.find<Loose>(ingress)?.spec['ingressClassName']).toBe('nginx');
});
