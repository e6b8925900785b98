import type { FakeChart, FakeCharts } from '../fake-cluster/fake-helm.js';
import { ingress, type Shape, type Switch, secret, service, templates, workload as workloadOf } from '../released/chart-parts.js';

export const idpPassword = '1dp-canary';
const workload = workloadOf('idp');

const product = (web: unknown, shown: unknown): readonly Shape[] => [
  workload('Deployment', 'idp-web', (web as Switch)['replicas']),
  service('idp', 'idp-web', 80),
  ...ingress('idp', (shown as Switch)['enabled'], 'idp'),
];

const old: FakeChart = {
  name: 'idp',
  version: '1.0.0',
  values: { web: { replicas: 2 }, ingress: { enabled: true } },
  render: ({ web, ingress: shown }) => [
    secret('idp-postgresql', { 'postgres-password': idpPassword }),
    workload('StatefulSet', 'idp-postgresql', 1, templates('idp-postgresql')),
    service('idp-postgresql', 'idp-postgresql', 5432),
    ...product(web, shown),
  ],
};

/** Members in place of the single server, under other names: nothing of it is immutable, so that a plain upgrade succeeds and leaves an empty database. */
const next: FakeChart = {
  name: 'idp',
  version: '2.0.0',
  values: { web: { replicas: 2 }, ingress: { enabled: true }, ha: { replicas: 3 } },
  render: ({ web, ha, ingress: shown, both }) => [
    ...(both ? [workload('StatefulSet', 'idp-postgresql', 1, templates('idp-postgresql'))] : []),
    secret('idp-ha', { 'postgres-password': idpPassword, password: idpPassword }),
    workload('StatefulSet', 'idp-ha', (ha as Switch)['replicas'], templates('idp-ha-headless')),
    service('idp-ha-headless', 'idp-ha', 5432),
    workload('Deployment', 'idp-pool', 1),
    service('idp-pool', 'idp-pool', 5432),
    ...product(web, shown),
  ],
};

const hook = (moment: string): Shape => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: {
    name: `idp-${moment}`,
    annotations: { 'helm.sh/hook': moment, 'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded' },
  },
  spec: { template: { spec: { containers: [{ name: 'hook', image: 'rehelm:1', args: ['hook', moment, '-f', 'spec.yaml'] }] } } },
});

/** The same, migrating itself by a plain helm upgrade. */
const byHooks: FakeChart = {
  ...next,
  version: '2.1.0',
  render: async (values, context) => [...(await next.render(values, context)), hook('pre-upgrade'), hook('post-upgrade')],
};

export const idpCharts: FakeCharts = { 'idp@1.0.0': old, 'idp@2.0.0': next, 'idp@2.1.0': byHooks };
