import { inspectKustomizeToHelm } from '../../../src/activities/inspect/inspect-kustomize-to-helm.js';
import type { Helm } from '../../../src/adapters/helm/helm.js';
import type { KubeObject } from '../../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../../support/fake-cluster/fake-cluster.js';
import { createFakeHelm, type FakeChart } from '../../support/fake-cluster/fake-helm.js';
import { adaptersOver, asActivity } from '../../support/step-rig.js';

// biome-ignore lint/suspicious/noExplicitAny: tests change one field of a spec, wherever it is.
export type Loose = any;

/** A whole spec of a small product; a test changes what it is about. */
export const spec = (): Loose => ({
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'KustomizeToHelm',
  metadata: { name: 'shop' },
  source: { namespace: 'shop', workloads: { selector: 'part-of=shop' } },
  target: { namespace: 'shop-helm', release: 'shop', chart: 'oci://r/shop', version: '2.0.0', values: { inline: {} } },
  sourceVersion: { fromImageTagOf: 'deployment/web', atLeast: '1.9' },
  secrets: { carry: 'app, token-*', change: [{ name: 'token-old', to: 'token-new' }] },
  volumes: [{ claim: 'files' }],
  snapshots: { default: { waived: { by: 'ada', reason: 'a test' } } },
  traffic: { hold: ['ingress/*', 'service/web'], closed: { set: { type: 'ClusterIP', ingress: false } } },
  probes: [{ name: 'web', http: 'http://shop.example.com/healthz', via: 'service/web:80' }],
  externalAddress: { service: 'web' },
});

export type Shape = KubeObject & { readonly [field: string]: unknown };

export const pods = (name: string, more: object = {}, pod: object = {}) => ({
  selector: { matchLabels: { app: name } },
  template: { metadata: { labels: { app: name } }, spec: { containers: [{ name, image: `r:5000/${name}:2.0.0`, ...more }], ...pod } },
});

export const workload = (kind: string, name: string, namespace: string | undefined, spec: object): Shape => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, ...(namespace && { namespace }), labels: { 'part-of': 'shop' } },
  spec,
});

const secretKey = (name: string, key: string, optional?: true) => ({ valueFrom: { secretKeyRef: { name, key, ...(optional && { optional }) } } });
const env = (token: string) => [
  { name: 'PASSWORD', ...secretKey('app', 'password') },
  { name: 'TOKEN', ...secretKey(token, 'token') },
  { name: 'MAIL', ...secretKey('smtp', 'password', true) },
  { name: 'LOG', value: 'info' },
];

export const secret = (name: string, namespace = 'shop', type = 'Opaque'): Shape => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
  type,
  data: { password: Buffer.from('s3cret').toString('base64') },
});

const claimSpec = { accessModes: ['ReadWriteOnce'], storageClassName: 'disk', resources: { requests: { storage: '1Gi' } } };

/** The product as it runs. */
export function source(...more: readonly Shape[]): FakeCluster {
  const fake = createFakeCluster();
  const objects: readonly Shape[] = [
    { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'disk' }, provisioner: 'fake', reclaimPolicy: 'Delete' },
    workload('Deployment', 'web', 'shop', { replicas: 2, ...pods('web', { env: env('token-old'), resources: { requests: { cpu: '500m', memory: '1Gi' } } }) }),
    workload('StatefulSet', 'store', 'shop', { replicas: 1, serviceName: 'store', ...pods('store') }),
    secret('app'),
    secret('token-old'),
    secret('unrelated'),
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'pv-files' },
      spec: {
        persistentVolumeReclaimPolicy: 'Delete',
        storageClassName: 'disk',
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        csi: { driver: 'x', volumeHandle: 'disk-1' },
      },
    },
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'files', namespace: 'shop' }, spec: { ...claimSpec, volumeName: 'pv-files' } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { type: 'LoadBalancer', selector: { app: 'web' }, ports: [{ port: 80 }] },
    },
    { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'shop', namespace: 'shop' }, spec: { rules: [] } },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'kubernetes', namespace: 'shop' }, spec: { ports: [{ port: 443 }] } },
  ];
  fake.seed(...objects, ...more);
  return fake;
}

const hook = (object: Shape, events: string): Shape => ({ ...object, metadata: { ...object.metadata, annotations: { 'helm.sh/hook': events } } });
const bare = ({ metadata: { namespace: _, ...metadata }, ...object }: Shape): Shape => ({ ...object, metadata }) as Shape;

/** The chart of the same product; `more` takes part in every rendering. */
export const chart = (more: (values: Loose) => readonly Shape[] = () => [], facts: Partial<FakeChart> = {}): FakeChart => ({
  name: 'shop',
  version: '2.0.0',
  appVersion: '2.0.0',
  values: { type: 'LoadBalancer', ingress: true, log: 'info' },
  render: (values: Loose) => [
    workload('Deployment', 'web', undefined, {
      replicas: 2,
      ...pods('web', {
        env: env('token-new').map((each) => (each.name === 'LOG' ? { name: 'LOG', value: values.log } : each)),
        resources: { requests: { cpu: 0.5, memory: '1024Mi' } },
      }),
    }),
    workload('StatefulSet', 'store', undefined, { replicas: 1, serviceName: 'store', ...pods('store') }),
    bare(secret('app')),
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'files' }, spec: claimSpec },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { type: values.type, selector: { app: 'web' }, ports: [{ port: 80, name: 'http' }] },
    },
    ...(values.ingress ? [{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'shop' }, spec: { rules: [] } }] : []),
    ...more(values),
  ],
  ...facts,
});

export const hooked = (name: string, events = 'pre-install,pre-upgrade'): Shape => hook(bare(secret(name)), events);
export const hookJob = (name: string, events = 'pre-install'): Shape =>
  hook({ apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { template: { spec: { containers: [{ name, image: 'x' }] } } } }, events);
export const keptSecret = (name: string): Shape => ({
  ...bare(secret(name)),
  metadata: { name, annotations: { 'helm.sh/resource-policy': 'keep' } },
});

export const helmOver = (fake: FakeCluster, made: FakeChart = chart()): Helm => createFakeHelm(fake, { 'oci://r/shop': made });

/** As an activity of a worker over this cluster. */
export const inspect = (fake: FakeCluster, given: unknown = spec(), helm: Helm = helmOver(fake)) =>
  asActivity(() => inspectKustomizeToHelm(adaptersOver(fake, { helm })).inspectKustomizeToHelm({ spec: given }));

/** `path: message` of every problem of a spec; empty where it is accepted. */
export async function problemsOf(fake: FakeCluster, given: unknown = spec(), helm?: Helm): Promise<readonly string[]> {
  const error = await inspect(fake, given, helm).then(
    () => undefined,
    (caught: unknown) => caught as { type: string; message: string; details: [{ problems: { path: (string | number)[]; message: string }[] }] },
  );
  if (error === undefined) return [];
  if (error.type !== 'InvalidSpec') throw error;
  return error.details[0].problems.map(({ path, message }) => `${path.join('.')}: ${message}`);
}
