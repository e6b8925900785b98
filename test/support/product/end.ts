import type { World } from '../fake-cluster/world.js';
import { base64, claims, release, services, sourceNamespace, targetNamespace } from './parts.js';
import { secretValues } from './source.js';

const marks = {
  labels: { 'app.kubernetes.io/managed-by': 'Helm' },
  annotations: { 'meta.helm.sh/release-name': release.name, 'meta.helm.sh/release-namespace': release.namespace },
};
const adopted = { ...marks, annotations: { ...marks.annotations, note: 'made by the chart' }, labels: { ...marks.labels, app: 'proxy', chart: 'shop-2' } };
const source = (name: string) => `${sourceNamespace}/${name}`;
const target = (name: string) => `${targetNamespace}/${name}`;
const stopped = services.map(({ name }) => [`apps/v1 Deployment ${source(name)}`, { spec: { replicas: 0 } }] as const);
const running = services.map(({ name, replicas }) => [`apps/v1 Deployment ${target(name)}`, { metadata: marks, spec: { replicas } }] as const);

const volumes = claims.flatMap(({ claim, volume, inChart }) => [
  [
    `v1 PersistentVolume ${volume}`,
    { spec: { persistentVolumeReclaimPolicy: 'Retain', claimRef: { namespace: targetNamespace, name: claim }, csi: { volumeHandle: `disk-${claim}` } } },
  ] as const,
  [`v1 PersistentVolumeClaim ${target(claim)}`, { spec: { volumeName: volume }, ...(inChart && { metadata: marks }) }] as const,
]);

const secret = (value: string, more: object = {}) => ({ type: 'Opaque', data: { value: base64(value) }, ...more });
const originals = Object.entries(secretValues).map(([name, value]) => [`v1 Secret ${source(name)}`, secret(value)] as const);

const databases = {
  data: {
    'analytics-provider': { orders: ['{"_id":1}', '{"_id":2}'], visits: ['{"_id":7}'] },
    'conversations-provider': { sessions: ['{"_id":"a"}'] },
    analytics: { orders: ['{"_id":1}', '{"_id":2}'], visits: ['{"_id":7}'] },
    conversations: { sessions: ['{"_id":"a"}'] },
  },
  users: { 'analytics-provider@analytics-provider': ['read'], 'conversations-provider@conversations-provider': ['read'], 'analytics@analytics': ['readWrite'] },
};

/** What the world holds after the migration, object by object: each with what matters of it. */
export const ended: World = {
  'v1 Namespace default': {},
  'v1 Namespace kube-system': {},
  'v1 Namespace mongodb': {},
  'v1 Namespace rehelm-request': {},
  [`v1 Namespace ${sourceNamespace}`]: {},
  [`v1 Namespace ${targetNamespace}`]: { metadata: { labels: { 'rehelm.dev/run': 'RUN' } } },
  'v1 Node node-1': {},
  // Adopted.
  'storage.k8s.io/v1 StorageClass disk': { metadata: adopted, reclaimPolicy: 'Delete' },
  'rbac.authorization.k8s.io/v1 ClusterRole proxy': { metadata: adopted, rules: [{ resources: ['services', 'endpoints'] }] },
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding proxy': { metadata: adopted, subjects: [{ namespace: targetNamespace }] },
  'networking.k8s.io/v1 IngressClass proxy': { metadata: adopted },
  // The source: stopped, held, suspended, and otherwise as it was.
  ...Object.fromEntries([...stopped, ...originals]),
  [`autoscaling/v2 HorizontalPodAutoscaler ${source('worker')}`]: { spec: { scaleTargetRef: { name: 'rehelm-held-worker' } } },
  [`batch/v1 CronJob ${source('nightly')}`]: { spec: { suspend: true } },
  [`networking.k8s.io/v1 Ingress ${source('shop')}`]: { spec: { ingressClassName: 'rehelm-held' } },
  [`v1 Service ${source('proxy')}`]: { spec: { type: 'LoadBalancer', selector: { app: 'web', 'rehelm.dev/held': 'RUN' } } },
  [`v1 ConfigMap ${source('theirs')}`]: { data: { a: 'b' } },
  'v1 Secret rehelm-request/values': {},
  // The database, under both names.
  'v1 Service mongodb/mongodb-headless': {},
  'v1 Secret mongodb/root': {},
  'v1 ConfigMap mongodb/state': databases,
  // The target: its own, carried and handed over, open to users.
  ...Object.fromEntries([...running, ...volumes]),
  [`v1 Secret ${target('app')}`]: secret(secretValues.app, { metadata: marks }),
  [`v1 Secret ${target('kept')}`]: secret(secretValues.kept, { metadata: { annotations: { 'helm.sh/resource-policy': 'keep' } } }),
  [`v1 Secret ${target('plain')}`]: secret(secretValues.plain),
  [`v1 Secret ${target('tokens')}`]: secret(secretValues.tokens),
  [`v1 Secret ${target('analytics')}`]: secret(secretValues['analytics-provider'].replaceAll('/analytics-provider', '/analytics'), { metadata: marks }),
  [`v1 ConfigMap ${target('settings')}`]: { data: { storage: '{"files":"disk-files"}' } },
  [`v1 Service ${target('proxy')}`]: { spec: { type: 'LoadBalancer' } },
  [`v1 Service ${target('web')}`]: { spec: { type: 'ClusterIP' } },
  [`networking.k8s.io/v1 Ingress ${target('shop')}`]: { spec: { ingressClassName: 'proxy', rules: [{ host: 'shop.example.com' }] } },
  [`batch/v1 Job ${target('prepare')}`]: {},
  [`v1 Secret ${target('sh.helm.release.v1.shop.v1')}`]: { status: 'superseded', labels: { 'rehelm.dev/run': 'RUN' } },
  [`v1 Secret ${target('sh.helm.release.v1.shop.v2')}`]: { status: 'deployed', version: 2, labels: { 'rehelm.dev/run': 'RUN', 'rehelm.dev/step': 'open' } },
};
