import type { FakeDatabases } from '../fake-copier.js';
import { base64, claimSpec, claims, deployment, ingress, type Manifest, service, services, shared, sourceNamespace } from './parts.js';

const selected = { 'app.kubernetes.io/part-of': 'shop' };
const here = { namespace: sourceNamespace, labels: selected };

/** The source calls the analytics Secret by the name of its old database. */
const sourceName = (secret: string): string => (secret === 'analytics' ? 'analytics-provider' : secret);

/** Values that must never be seen outside of the cluster. */
export const secretValues = {
  app: 'app-pa55-canary',
  kept: 'kept-pa55-canary',
  tokens: 'tokens-pa55-canary',
  plain: 'plain-pa55-canary',
  'analytics-provider': 'mongodb://analytics-provider:analytics-pa55-canary@mongodb-headless.mongodb.svc:27017/analytics-provider',
} as const;

const secret = (name: string, value: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: sourceNamespace, annotations: { note: 'made by kustomize' } },
  type: 'Opaque',
  data: { value: base64(value) },
});

const volumes = claims.flatMap(({ claim, volume }): readonly Manifest[] => [
  {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volume },
    spec: {
      persistentVolumeReclaimPolicy: claim === 'cache' ? 'Retain' : 'Delete',
      storageClassName: 'disk',
      capacity: { storage: '5Gi' },
      accessModes: ['ReadWriteOnce'],
      csi: { driver: 'fake', volumeHandle: `disk-${claim}` },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: sourceNamespace, name: claim },
    },
  },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: claim, ...here }, spec: { ...claimSpec, volumeName: volume } },
]);

const values = `host: shop.example.com
proxy: { type: LoadBalancer }
ingress: { enabled: true }
`;

/** The product as Kustomize made it, with everything that the plan of a KustomizeToHelm touches. */
export const sourceObjects: readonly Manifest[] = [
  ...shared(sourceNamespace, ['services'], { labels: { app: 'proxy' }, annotations: { note: 'made by kustomize' } }),
  ...volumes,
  ...Object.entries(secretValues).map(([name, value]) => secret(name, value)),
  ...services.map((each) => deployment({ ...each, secrets: each.secrets.map(sourceName) }, here)).map(inSource),
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'worker', ...here },
    spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'worker' } },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly', ...here },
    spec: { schedule: '0 3 * * *', jobTemplate: { spec: { template: { spec: { containers: [{ name: 'nightly' }] } } } } },
  },
  ingress('shop.example.com', here),
  service('proxy', 'LoadBalancer', '10.96.1.1', here),
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'values', namespace: 'rehelm-request' }, type: 'Opaque', data: { 'values.yaml': base64(values) } },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'mongodb-headless', namespace: 'mongodb' }, spec: { clusterIP: 'None', ports: [{ port: 27_017 }] } },
  // Somebody else's, which nothing may touch.
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace: sourceNamespace }, data: { a: 'b' } },
];

/** The environment's names stay what they were: the comparison with the chart goes by them. */
function inSource(object: Manifest): Manifest {
  return JSON.parse(JSON.stringify(object).replaceAll('ANALYTICS-PROVIDER_SECRET', 'ANALYTICS_SECRET'));
}

export const databases: FakeDatabases = {
  data: {
    'analytics-provider': { orders: ['{"_id":1}', '{"_id":2}'], visits: ['{"_id":7}'] },
    'conversations-provider': { sessions: ['{"_id":"a"}'] },
  },
  users: { 'analytics-provider@analytics-provider': ['readWrite'], 'conversations-provider@conversations-provider': ['readWrite', 'dbAdmin'] },
};
