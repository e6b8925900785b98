import { gunzipSync } from 'node:zlib';
import type { KubeObject, Secret } from '../../src/model/kube-object.js';
import type { ChartRef } from '../../src/model/refs.js';
import { createFakeCluster, type FakeCluster } from './fake-cluster/fake-cluster.js';
import type { FakeChart, FakeCharts } from './fake-cluster/fake-helm.js';

export const release = { namespace: 'shop-helm', name: 'shop' };
export const chart: ChartRef = { chart: 'oci://r/shop', version: '2.0.0' };

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const inRelease = { 'meta.helm.sh/release-name': 'shop', 'meta.helm.sh/release-namespace': 'shop-helm' };
export const owned = { labels: { 'app.kubernetes.io/managed-by': 'Helm' }, annotations: inRelease };

type Shape = KubeObject & { readonly [field: string]: unknown };

const workload = (kind: string, name: string, replicas: unknown, more: object = {}): Shape => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name, image: `${name}:2` }] } },
    ...more,
  },
});

/** A product with everything that an undo must tell apart: made by the chart, adopted, carried, handed over, made by hooks. */
const shop: FakeChart = {
  name: 'shop',
  version: '2.0.0',
  appVersion: '2.0',
  values: { replicas: 2, type: 'LoadBalancer', extra: false, database: false, proxy: true, secret: 's3cret' },
  render: ({ replicas, type, extra, database, proxy, secret, broken }) => {
    if (broken) throw new Error('broken must not be set');
    return [
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'app' }, type: 'Opaque', data: { password: base64('changed by the chart') } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { secret } },
      workload('Deployment', 'web', replicas),
      ...(database ? [workload('StatefulSet', 'db', 1, { serviceName: 'db', volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec }] })] : []),
      ...(extra ? [workload('Deployment', 'extra', 1), hook({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'extra' }, type: 'Opaque' })] : []),
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { type, clusterIP: '10.96.7.7', selector: { app: 'web' }, ports: [{ port: 80 }] } },
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'files', labels: { chart: 'shop-2' } }, spec: claimSpec },
      ...(proxy
        ? [
            {
              apiVersion: 'rbac.authorization.k8s.io/v1',
              kind: 'ClusterRole',
              metadata: { name: 'proxy', labels: { chart: 'shop-2' }, annotations: { note: 'by the chart' } },
              rules: [{ apiGroups: [''], resources: ['services'], verbs: ['get', 'list', 'watch'] }],
            },
          ]
        : []),
      hook({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'tokens' }, type: 'Opaque', data: { token: base64('made by the hook') } }),
      hook({
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'migrate' },
        spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: 'web:2' }] } } },
      }),
    ];
  },
};

const claimSpec = { accessModes: ['ReadWriteOnce'], storageClassName: 'disk', resources: { requests: { storage: '1Gi' } } };
const hook = (object: Shape): Shape => ({ ...object, metadata: { ...object.metadata, annotations: { 'helm.sh/hook': 'pre-install,pre-upgrade' } } });

export const charts: FakeCharts = { [chart.chart]: shop };

export const refs = {
  role: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'proxy' },
  app: { apiVersion: 'v1', kind: 'Secret', namespace: 'shop-helm', name: 'app' },
  tokens: { apiVersion: 'v1', kind: 'Secret', namespace: 'shop-helm', name: 'tokens' },
  files: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop-helm', name: 'files' },
  web: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop-helm', name: 'web' },
  service: { apiVersion: 'v1', kind: 'Service', namespace: 'shop-helm', name: 'web' },
} as const;

const carried = { 'rehelm.dev/run': 'r1', 'rehelm.dev/step': 'carry' };

/** What the steps before the install leave: adopted, carried and handed over, beside something of somebody else. */
export function beforeInstall(...more: readonly KubeObject[]): FakeCluster {
  const fake = createFakeCluster();
  fake.seed(
    ...[
      { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'disk' }, provisioner: 'fake', reclaimPolicy: 'Delete' },
      {
        ...refs.role,
        metadata: { name: 'proxy', labels: { ...owned.labels, tier: 'edge' }, annotations: inRelease },
        rules: [{ apiGroups: [''], resources: ['services'], verbs: ['get'] }],
      },
      {
        ...refs.app,
        metadata: { name: 'app', namespace: 'shop-helm', labels: { ...owned.labels, ...carried }, annotations: inRelease },
        type: 'Opaque',
        data: { password: base64('carried') },
      },
      { ...refs.tokens, metadata: { name: 'tokens', namespace: 'shop-helm', labels: carried }, type: 'Opaque', data: { token: base64('carried') } },
      {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: 'pv-files' },
        spec: { persistentVolumeReclaimPolicy: 'Retain', storageClassName: 'disk', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] },
      },
      { ...refs.files, metadata: { name: 'files', namespace: 'shop-helm', ...owned }, spec: { ...claimSpec, volumeName: 'pv-files' } },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace: 'shop-helm' }, data: { a: 'b' } },
    ].map(({ name: _, namespace: _namespace, ...object }: Record<string, unknown>) => object as unknown as KubeObject),
    ...more,
  );
  return withReadableRecords(fake);
}

/** Release records compared by what they say: times and compression differ from run to run. */
function withReadableRecords(fake: FakeCluster): FakeCluster {
  const world = fake.world;
  fake.world = (options) =>
    Object.fromEntries(Object.entries(world(options)).map(([name, object]) => [name, name.includes('sh.helm.release') ? readable(object as Secret) : object]));
  return fake;
}

function readable({ metadata, data }: Secret): unknown {
  const { createdAt: _, modifiedAt: _modified, ...labels } = metadata.labels ?? {};
  const record = JSON.parse(gunzipSync(Buffer.from(Buffer.from(data?.['release'] ?? '', 'base64').toString(), 'base64')).toString());
  return { labels, status: record.info.status, manifest: record.manifest, version: record.version };
}
