import type { FakeChart, FakeCharts } from '../fake-cluster/fake-helm.js';
import { claimSpec, type Shape, type Switch, secret, service, ingress as shown, templates, workload as workloadOf } from '../released/chart-parts.js';

const workload = workloadOf('desk');
export const deskPassword = 'd3sk-canary';

/** Both versions call the server the same, so that they never live side by side; the labels of its pods differ, which Kubernetes does not let one change. */
const database = (labels: object): readonly Shape[] => [
  workload('StatefulSet', 'desk-postgresql', 1, templates('desk-postgresql'), labels),
  service('desk-postgresql', 'desk-postgresql', 5432),
];

const files: Shape = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'desk-files' }, spec: claimSpec };

const settings = (database: unknown): Shape => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'desk-settings' }, data: { database } });

const old: FakeChart = {
  name: 'desk',
  version: '1.0.0',
  values: { web: { replicas: 2 }, ingress: { enabled: true }, postgresql: { postgresqlDatabase: 'desk' } },
  render: ({ web, ingress, postgresql }) => [
    secret('desk-postgresql', { 'postgresql-password': deskPassword }),
    settings((postgresql as Switch)['postgresqlDatabase']),
    ...database({}),
    files,
    workload('Deployment', 'desk-web', (web as Switch)['replicas']),
    service('desk', 'desk-web', 80),
    ...shown('desk', (ingress as Switch)['enabled'], 'desk'),
  ],
};

/** What both newer charts make around their servers. */
const renderNext: (values: Switch) => readonly Shape[] = ({ app, ingress, postgresql, broken, password }) => {
  if (broken) throw new Error('broken must not be set');
  return [
    secret('desk-postgresql', { 'postgres-password': String(password) }),
    settings(((postgresql as Switch)['auth'] as Switch)['database']),
    files,
    workload('Deployment', 'desk-app', (app as Switch)['replicas']),
    service('desk', 'desk-app', 80),
    ...shown('desk', (ingress as Switch)['enabled'], 'desk'),
  ];
};

const next: FakeChart = {
  name: 'desk',
  version: '2.0.0',
  values: { app: { replicas: 2 }, ingress: { enabled: true }, postgresql: { auth: { database: 'desk' } }, password: deskPassword },
  render: (values) => [...database({ chart: 'desk-2' }), ...renderNext(values)],
};

/** Its server has another name, and so has its claim. */
const renamed: FakeChart = {
  ...next,
  version: '3.0.0',
  render: (values) => [workload('StatefulSet', 'desk-db', 1, templates('desk-db')), service('desk-postgresql', 'desk-db', 5432), ...renderNext(values)],
};

export const deskCharts: FakeCharts = { 'desk@1.0.0': old, 'desk@2.0.0': next, 'desk@3.0.0': renamed };
