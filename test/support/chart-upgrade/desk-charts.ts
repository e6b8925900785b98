import type { KubeObject } from '../../../src/model/kube-object.js';
import type { FakeChart, FakeCharts } from '../fake-cluster/fake-helm.js';

type Shape = KubeObject & { readonly [field: string]: unknown };

const base64 = (text: string): string => Buffer.from(text).toString('base64');
export const deskPassword = 'd3sk-canary';

const workload = (kind: string, name: string, replicas: unknown, more: object = {}, labels: object = {}): Shape => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, labels: { 'app.kubernetes.io/instance': 'desk' } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name, ...labels } },
    template: { metadata: { labels: { app: name, ...labels } }, spec: { containers: [{ name, image: `${name}:1` }] } },
    ...more,
  },
});

const claimSpec = { accessModes: ['ReadWriteOnce'], storageClassName: 'disk', resources: { requests: { storage: '1Gi' } } };

const secret = (key: string): Shape => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'desk-postgresql' },
  type: 'Opaque',
  data: { [key]: base64(deskPassword) },
});

const service = (name: string, app: string, port: number): Shape => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { type: 'ClusterIP', selector: { app }, ports: [{ port }] },
});

/** Both versions call the server the same, so that they never live side by side; the labels of its pods differ, which Kubernetes does not let one change. */
const database = (labels: object): readonly Shape[] => [
  workload(
    'StatefulSet',
    'desk-postgresql',
    1,
    { serviceName: 'desk-postgresql', volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec }] },
    labels,
  ),
  service('desk-postgresql', 'desk-postgresql', 5432),
];

const shown = (enabled: unknown, backend: string): readonly Shape[] =>
  enabled
    ? [
        {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'Ingress',
          metadata: { name: 'desk' },
          spec: { ingressClassName: 'traefik', defaultBackend: { service: { name: backend, port: { number: 80 } } } },
        },
      ]
    : [];

const files: Shape = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'desk-files' }, spec: claimSpec };

type Switch = { readonly [key: string]: unknown };

const settings = (database: unknown): Shape => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'desk-settings' }, data: { database } });

const old: FakeChart = {
  name: 'desk',
  version: '1.0.0',
  values: { web: { replicas: 2 }, ingress: { enabled: true }, postgresql: { postgresqlDatabase: 'desk' } },
  render: ({ web, ingress, postgresql }) => [
    secret('postgresql-password'),
    settings((postgresql as Switch)['postgresqlDatabase']),
    ...database({}),
    files,
    workload('Deployment', 'desk-web', (web as Switch)['replicas']),
    service('desk', 'desk-web', 80),
    ...shown((ingress as Switch)['enabled'], 'desk'),
  ],
};

const next: FakeChart = {
  name: 'desk',
  version: '2.0.0',
  values: { app: { replicas: 2 }, ingress: { enabled: true }, postgresql: { auth: { database: 'desk' } } },
  render: ({ app, ingress, postgresql, broken }) => {
    if (broken) throw new Error('broken must not be set');
    return [
      secret('postgres-password'),
      settings(((postgresql as Switch)['auth'] as Switch)['database']),
      ...database({ chart: 'desk-2' }),
      files,
      workload('Deployment', 'desk-app', (app as Switch)['replicas']),
      service('desk', 'desk-app', 80),
      ...shown((ingress as Switch)['enabled'], 'desk'),
    ];
  },
};

export const deskCharts: FakeCharts = { 'desk@1.0.0': old, 'desk@2.0.0': next };
