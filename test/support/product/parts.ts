import type { KubeObject } from '../../../src/model/kube-object.js';

/** A manifest as people write it: fields beyond the ones that rehelm reads. */
export type Manifest = KubeObject & { readonly [field: string]: unknown };

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Where the product lives before and after. */
export const sourceNamespace = 'shop';
export const targetNamespace = 'shop-helm';
export const version = '2.0.0';

export const release = { namespace: targetNamespace, name: 'shop' } as const;

/** Claims, each with the volume behind it. The chart makes the first two itself and only mounts the third. */
export const claims = [
  { claim: 'files', volume: 'pv-files', inChart: true },
  { claim: 'functions', volume: 'pv-functions', inChart: true },
  { claim: 'cache', volume: 'pv-cache', inChart: false },
] as const;

interface Service {
  readonly name: string;
  readonly replicas: number;
  readonly claims: readonly string[];
  readonly secrets: readonly string[];
}

/** The product's deployments by their names in the target; the source knows one Secret under another name. */
export const services: readonly Service[] = [
  { name: 'api', replicas: 3, claims: ['files', 'functions'], secrets: ['app', 'analytics'] },
  { name: 'worker', replicas: 2, claims: ['cache'], secrets: ['kept', 'tokens'] },
  { name: 'web', replicas: 1, claims: [], secrets: ['plain'] },
];

export function deployment({ name, replicas, claims: mounted, secrets }: Service, more: object = {}): Manifest {
  const env = secrets.map((secret) => ({ name: `${secret.toUpperCase()}_SECRET`, valueFrom: { secretKeyRef: { name: secret, key: 'value' } } }));
  const volumes = mounted.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } }));
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, ...more },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name, image: `registry.example.com/${name}:${version}`, env }], ...(volumes.length > 0 && { volumes }) },
      },
    },
  };
}

const storage = { requests: { storage: '5Gi' } };

export const claimSpec = { accessModes: ['ReadWriteOnce'], storageClassName: 'disk', resources: storage };

const clusterRole = (resources: readonly string[], more: object = {}): Manifest => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'proxy', ...more },
  rules: [{ apiGroups: [''], resources, verbs: ['get', 'list', 'watch'] }],
});

/** Cluster-scoped objects that source and chart share, as either writes them. */
export const shared = (namespace: string, resources: readonly string[], metadata: object = {}): readonly Manifest[] => [
  { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'disk', ...metadata }, provisioner: 'fake', reclaimPolicy: 'Delete' },
  clusterRole(resources, metadata),
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'proxy', ...metadata },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'proxy' },
    subjects: [{ kind: 'ServiceAccount', name: 'proxy', namespace }],
  },
  { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'proxy', ...metadata }, spec: { controller: 'example.com/proxy' } },
];

export const ingress = (host: string, metadata: object = {}): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'shop', ...metadata },
  spec: {
    ingressClassName: 'proxy',
    rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web', port: { number: 80 } } } }] } }],
  },
});

export const service = (name: string, type: string, clusterIP: string, metadata: object = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, ...metadata },
  spec: { type, clusterIP, selector: { app: 'web' }, ports: [{ port: 80 }] },
});
