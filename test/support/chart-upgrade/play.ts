import type { KubeObject } from '../../../src/model/kube-object.js';
import { backupsAt } from '../fake-backups.js';
import { createFakeCluster, type FakeCluster } from '../fake-cluster/fake-cluster.js';
import { createFakeHelm } from '../fake-cluster/fake-helm.js';
import { type FakeServers, serversIn, withPostgres } from '../fake-postgres.js';
import type { Play } from '../product/cases.js';
import { type Product, productIn } from '../product/product.js';
import { unattended } from '../product/spec.js';
import { installed } from '../released/install.js';
import { playVolumeJobs } from '../released/volume-jobs.js';
import { followVolumes } from '../released/volumes.js';
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
const claims = ['data-desk-postgresql-0', 'data-desk-db-0'].map((name) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'chat', name }));

/** What a server holds lies on its volume: the same Service leads to another database once the claim has another one. */
function volumeOf(fake: FakeCluster): string {
  const found = claims.map((claim) => fake.find<KubeObject & { readonly spec: { readonly volumeName?: string } }>(claim)?.spec.volumeName);
  return found.find((volume) => volume !== undefined) ?? 'nowhere';
}

const madeByChart: FakeServers[string] = { desk: { rows: [], open: true } };

const objects = await installed(deskCharts, release, { chart: 'desk', version: '1.0.0' }, given);

/** A release of the old chart at work, its database on a volume, and somebody else's ConfigMap beside it. */
export function createDesk(): Product {
  const fake = createFakeCluster();
  fake.seed(...objects);
  fake.settle();
  const first = volumeOf(fake);
  const { read, write } = serversIn(fake);
  const behind = (host: string): string => {
    // A server of the run's own, over the volume that was kept.
    if (host.startsWith('rehelm-private-')) return 'old';
    if (host !== 'desk-postgresql.chat.svc') return host;
    const volume = volumeOf(fake);
    if (volume === first) return 'old';
    if (!read()[volume]) write({ ...read(), [volume]: madeByChart });
    return volume;
  };
  withPostgres(fake, { old: { desk: { rows, open: true } }, [backupsAt]: {} }, behind);
  followVolumes(fake);
  playVolumeJobs(fake, () => write({ ...read(), [volumeOf(fake)]: read()['old'] ?? {} }));
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

/** The new server gets the old one's volume, and the password that its data know. */
export const reboundSpec = (more: object = unattended): Readonly<Record<string, unknown>> => {
  const spec = deskSpec(more) as { readonly target: object; readonly databases: readonly [object] };
  return {
    ...spec,
    target: { ...spec.target, version: '3.0.0' },
    replaceVolumes: undefined,
    secrets: { rekey: [{ name: 'desk-postgresql', keys: [{ from: 'postgresql-password', to: 'postgres-password' }] }] },
    databases: [{ ...spec.databases[0], mode: 'rebind', rebind: { claim: 'data-desk-postgresql-0', to: 'data-desk-db-0' } }],
    ...more,
  };
};

/** The old volume is read by a server of the run's own. */
export const copiedSpec = (more: object = unattended): Readonly<Record<string, unknown>> => {
  const spec = deskSpec(more) as { readonly databases: readonly [object] };
  const volume = { claim: 'data-desk-postgresql-0', data: 'pgdata', user: { uid: 999, gid: 999 }, image: 'postgres:15' };
  return { ...spec, databases: [{ ...spec.databases[0], mode: 'copy', volume }] };
};

/** The new server gets a clone of the old volume, upgraded. */
export const upgradedSpec = (more: object = unattended): Readonly<Record<string, unknown>> => {
  const spec = reboundSpec(more) as { readonly databases: readonly [object] };
  const { rebind: _, ...database } = spec.databases[0] as { readonly rebind: object };
  const volume = { claim: 'data-desk-postgresql-0', data: 'pgdata', user: { uid: 999, gid: 999 }, image: 'postgres:15-18' };
  const databases = [{ ...database, mode: 'upgradeInPlace', volume, upgrade: { major: 18, claim: 'data-desk-db-0' } }];
  return { ...spec, replaceVolumes: ['data-desk-postgresql-*'], databases, ...more };
};

export const upgradedPlay: Play = { workflow: 'chartUpgrade', create: createDesk, specOf: upgradedSpec };

export const copiedPlay: Play = { workflow: 'chartUpgrade', create: createDesk, specOf: copiedSpec };

export const reboundPlay: Play = { workflow: 'chartUpgrade', create: createDesk, specOf: reboundSpec };

export const deskPlay: Play = { workflow: 'chartUpgrade', create: createDesk, specOf: deskSpec };
