import type { KubeObject } from '../../../src/model/kube-object.js';
import { backupsAt } from '../fake-backups.js';
import { createFakeCluster, type FakeCluster } from '../fake-cluster/fake-cluster.js';
import { createFakeHelm } from '../fake-cluster/fake-helm.js';
import { type FakeServers, serversIn, withPostgres } from '../fake-postgres.js';
import type { Play } from '../product/cases.js';
import { type Product, productIn } from '../product/product.js';
import { unattended } from '../product/spec.js';
import { installed } from '../released/install.js';
import { followVolumes } from '../released/volumes.js';
import { idpCharts } from './idp-charts.js';

const release = { namespace: 'iam', name: 'idp' };
const rows = ['1', '2', '3'];

const objects = await installed(idpCharts, release, { chart: 'idp', version: '1.0.0' }, {});

/** What a member holds lies on its volume; whoever asks for the primary is led to the first one. */
function volumeOf(fake: FakeCluster, name: string): string | undefined {
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'iam', name };
  return fake.find<KubeObject & { readonly spec: { readonly volumeName?: string } }>(claim)?.spec.volumeName;
}

const madeByChart: FakeServers[string] = { keycloak: { rows: [], open: true } };

/** A release with a single server at work. */
export function createIdp(): Product {
  const fake = createFakeCluster();
  fake.seed(...objects);
  fake.settle();
  const { read, write } = serversIn(fake);
  const behind = (host: string): string => {
    if (host === 'idp-postgresql.iam.svc') return 'old';
    if (!host.startsWith('idp-ha-0.idp-ha-headless.iam.svc,')) return host;
    const volume = volumeOf(fake, 'data-idp-ha-0') ?? 'nowhere';
    if (!read()[volume]) write({ ...read(), [volume]: madeByChart });
    return volume;
  };
  withPostgres(fake, { old: { keycloak: { rows, open: true } }, [backupsAt]: {} }, behind);
  followVolumes(fake);
  return { ...productIn(fake), helm: createFakeHelm(fake, idpCharts) };
}

/** What the first member holds. */
export const dataOf = ({ fake }: Pick<Product, 'fake'>): NonNullable<FakeServers[string]> =>
  serversIn(fake).read()[volumeOf(fake, 'data-idp-ha-0') ?? ''] ?? {};

const password = (name: string, key = 'postgres-password') => ({ secretRef: { name, key } });

/** The spec as its user would write it; `more` is laid over it. */
export const idpSpec = (more: object = unattended): Readonly<Record<string, unknown>> => ({
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'PostgresToHA',
  metadata: { name: 'idp-ha' },
  source: { namespace: 'iam', release: 'idp', statefulSet: 'idp-postgresql', password: password('idp-postgresql') },
  target: {
    chart: 'idp',
    version: '2.0.0',
    values: { replicas: { 'web.replicas': 'deployment/idp-web' } },
    readyWithin: '1m',
    primary: 'statefulset/idp-ha',
    password: password('idp-ha'),
    pooler: { service: 'service/idp-pool', user: 'keycloak', password: password('idp-ha', 'password') },
  },
  installEmpty: { ha: { replicas: 1 }, web: { replicas: 0 } },
  quiesce: ['deployment/idp-web'],
  databases: [{ engine: 'postgresql', name: 'keycloak' }],
  progressConfigMap: 'idp-db-upgrade',
  traffic: { hold: ['ingress/idp'], closed: { set: { ingress: { enabled: false } } } },
  ...more,
});

export const idpPlay: Play = { workflow: 'postgresToHa', create: createIdp, specOf: idpSpec };
