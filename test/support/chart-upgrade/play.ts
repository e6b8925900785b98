import type { KubeObject } from '../../../src/model/kube-object.js';
import { backupsAt } from '../fake-backups.js';
import { createFakeCluster, type FakeCluster } from '../fake-cluster/fake-cluster.js';
import { createFakeHelm } from '../fake-cluster/fake-helm.js';
import { type FakeServers, serversIn, withPostgres } from '../fake-postgres.js';
import type { Play } from '../product/cases.js';
import { type Product, productIn } from '../product/product.js';
import { unattended } from '../product/spec.js';
import { deskCharts } from './desk-charts.js';

const release = { namespace: 'chat', name: 'desk' };
const rows = ['1', '2', '3'];
/** As the user of the old chart gave them. */
const given = { web: { replicas: 2 }, postgresql: { postgresqlDatabase: 'desk' } };

/** By which they are the new chart's. */
export const deskMap = {
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'ValuesMap',
  metadata: { name: 'desk-2' },
  chart: { name: 'desk', from: '<2', to: '>=2' },
  move: { 'web.replicas': 'app.replicas', 'postgresql.postgresqlDatabase': 'postgresql.auth.database' },
};
const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'chat', name: 'data-desk-postgresql-0' };

/** What a server holds lies on its volume: the same Service leads to another database once the claim has another one. */
function volumeOf(fake: FakeCluster): string {
  return fake.find<KubeObject & { readonly spec: { readonly volumeName?: string } }>(claim)?.spec.volumeName ?? 'nowhere';
}

const madeByChart: FakeServers[string] = { desk: { rows: [], open: true } };

const kinds: readonly (readonly [string, string])[] = [
  ...([
    ['v1', 'Namespace'],
    ['storage.k8s.io/v1', 'StorageClass'],
    ['v1', 'ConfigMap'],
    ['v1', 'Secret'],
    ['v1', 'Service'],
  ] as const),
  ...([
    ['v1', 'PersistentVolume'],
    ['v1', 'PersistentVolumeClaim'],
    ['networking.k8s.io/v1', 'Ingress'],
  ] as const),
  ...([
    ['apps/v1', 'StatefulSet'],
    ['apps/v1', 'Deployment'],
  ] as const),
];

/** What the old chart's install has left, whole. */
async function installed(): Promise<readonly KubeObject[]> {
  // Their uids are to be told from those that the test's own cluster gives.
  const fake = createFakeCluster({ uidPrefix: '0ddba11a' });
  fake.seed(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'chat' } },
    { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'disk' }, provisioner: 'fake', reclaimPolicy: 'Delete' } as KubeObject,
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace: 'chat' }, data: { a: 'b' } } as KubeObject,
  );
  const chart = { chart: 'desk', version: '1.0.0' };
  await createFakeHelm(fake, deskCharts).upgradeInstall({ release, chart, values: given, labels: {}, timeoutSeconds: 60, description: 'theirs' });
  return kinds.flatMap(([apiVersion, kind]) => fake.all(apiVersion, kind));
}

const objects = await installed();

/** A release of the old chart at work, its database on a volume, and somebody else's ConfigMap beside it. */
export function createDesk(): Product {
  const fake = createFakeCluster();
  fake.seed(...objects);
  fake.settle();
  const first = volumeOf(fake);
  const { read, write } = serversIn(fake);
  const behind = (host: string): string => {
    if (host !== 'desk-postgresql.chat.svc') return host;
    const volume = volumeOf(fake);
    if (volume === first) return 'old';
    if (!read()[volume]) write({ ...read(), [volume]: madeByChart });
    return volume;
  };
  withPostgres(fake, { old: { desk: { rows, open: true } }, [backupsAt]: {} }, behind);
  // A volume that goes takes its server's data along.
  fake.onChange(() => {
    const there = new Set(['old', backupsAt, ...fake.all('v1', 'PersistentVolume').map(({ metadata }) => metadata.name)]);
    const [all, left] = [read(), Object.entries(read()).filter(([name]) => there.has(name))];
    if (left.length < Object.keys(all).length) write(Object.fromEntries(left));
  });
  return { ...productIn(fake), helm: createFakeHelm(fake, deskCharts) };
}

/** What the server behind the release's Service holds. */
export const dataOf = ({ fake }: Pick<Product, 'fake'>): NonNullable<FakeServers[string]> => {
  const all = serversIn(fake).read();
  return all[volumeOf(fake)] ?? all['old'] ?? {};
};

/** The spec as its user would write it; `more` is laid over it. */
export const deskSpec = (more: object = unattended): Readonly<Record<string, unknown>> => ({
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'ChartUpgrade',
  metadata: { name: 'desk-2' },
  source: { namespace: 'chat', release: 'desk' },
  target: { chart: 'desk', version: '2.0.0', values: { migrate: { inline: deskMap }, replicas: { 'app.replicas': 'deployment/desk-web' } }, readyWithin: '1m' },
  installEmpty: { app: { replicas: 0 } },
  quiesce: ['deployment/desk-web'],
  keepVolumes: 'desk-files',
  replaceVolumes: ['data-desk-postgresql-*'],
  secrets: { regenerate: ['desk-postgresql'] },
  databases: [
    {
      engine: 'postgresql',
      name: 'desk',
      from: { service: 'desk-postgresql', password: { secretRef: { name: 'desk-postgresql', key: 'postgresql-password' } } },
      to: { service: 'desk-postgresql', password: { secretRef: { name: 'desk-postgresql', key: 'postgres-password' } } },
    },
  ],
  traffic: { hold: ['ingress/desk'], closed: { set: { ingress: { enabled: false } } } },
  ...more,
});

export const deskPlay: Play = { workflow: 'chartUpgrade', create: createDesk, specOf: deskSpec };
