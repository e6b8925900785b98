import type { z } from 'zod';
import { type Kind, type KindName, kinds } from '../kinds.js';
import { chartUpgradeSchema } from './chart-upgrade.js';
import { databaseBackupSchema } from './database-backup.js';
import { databaseCopySchema } from './database-copy.js';
import { databaseRestoreSchema } from './database-restore.js';
import { databaseUpgradeSchema } from './database-upgrade.js';
import { failoverDrillSchema } from './failover-drill.js';
import { kustomizeToHelmSchema } from './kustomize-to-helm.js';
import { postgresToHaSchema } from './postgres-to-ha.js';

/** A kind with what its specs may say. */
export interface SpecKind extends Kind {
  readonly schema: z.ZodType;
  /** Fits the schema. */
  readonly example: Readonly<Record<string, unknown>>;
}

export type SpecKinds = Readonly<Record<string, SpecKind>>;

const kustomizeToHelm = {
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'KustomizeToHelm',
  metadata: { name: 'shop' },
  source: { namespace: 'shop', workloads: { selector: 'app.kubernetes.io/part-of=shop' } },
  target: {
    namespace: 'shop-helm',
    release: 'shop',
    chart: 'oci://registry.example.com/charts/shop',
    version: '1.4.2',
    values: { secretRef: { namespace: 'rehelm-system', name: 'shop-values', key: 'values.yaml' } },
  },
  snapshots: { default: { attested: { by: 'ada@example.com', reference: 'CHG-4711' } } },
  traffic: { hold: ['ingress/*'] },
  approval: { start: {}, commit: { within: '20m', then: 'rollback' } },
};

const chartUpgrade = {
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'ChartUpgrade',
  metadata: { name: 'shop-2' },
  source: { namespace: 'shop', release: 'shop' },
  target: {
    chart: 'oci://registry.example.com/charts/shop',
    version: '2.0.0',
    values: { from: 'release', migrate: { secretRef: { namespace: 'rehelm-system', name: 'shop-map', key: 'map.yaml' } } },
  },
  installEmpty: { web: { replicas: 0 } },
  quiesce: ['deployment/shop-web'],
  keepVolumes: 'shop-files',
  replaceVolumes: 'data-shop-postgresql-*',
  databases: [
    {
      engine: 'postgresql',
      name: 'shop',
      from: { service: 'shop-postgresql', password: { secretRef: { name: 'shop-postgresql', key: 'postgresql-password' } } },
      to: { service: 'shop-postgresql', password: { secretRef: { name: 'shop-postgresql', key: 'postgres-password' } } },
    },
  ],
  traffic: { hold: ['ingress/shop'], closed: { set: { ingress: { enabled: false } } } },
  approval: { start: {}, commit: { within: '2h', then: 'rollback' } },
};

const databaseCopy = {
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'DatabaseCopy',
  metadata: { name: 'orders-to-17' },
  source: { engine: 'postgresql', at: { service: 'shop/postgres', admin: { user: 'postgres', secretRef: { namespace: 'shop', name: 'postgres' } } } },
  target: { engine: 'postgresql', at: { service: 'shop/postgres-17', admin: { user: 'postgres', secretRef: { namespace: 'shop', name: 'postgres-17' } } } },
  writers: { namespace: 'shop', selector: 'app.kubernetes.io/part-of=shop' },
  databases: [{ from: 'orders', to: 'orders' }],
  approval: { start: {}, commit: { within: '20m', then: 'rollback' } },
};

const shopServer = { engine: 'postgresql', at: { service: 'shop/postgres', admin: { user: 'postgres', secretRef: { namespace: 'shop', name: 'postgres' } } } };

const databaseBackup = {
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'DatabaseBackup',
  metadata: { name: 'nightly' },
  server: shopServer,
  databases: ['orders'],
  artifact: { volume: { namespace: 'shop', claim: 'postgres-backups' } },
  schedule: { cron: '30 1 * * *', timeZone: 'Europe/Berlin' },
};

const databaseRestore = {
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'DatabaseRestore',
  metadata: { name: 'orders-back' },
  server: shopServer,
  artifact: { volume: { namespace: 'shop', claim: 'postgres-backups' } },
  backup: '5d2f4c1e-7a1b-4c55-9f0e-2b8f4f0f6a11',
  databases: [{ from: 'orders', to: 'orders', replace: true }],
};

const databaseUpgrade = {
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'DatabaseUpgrade',
  metadata: { name: 'postgres-to-18' },
  volume: { claim: { namespace: 'shop', name: 'data-postgres-0' }, data: 'pgdata', major: 15, user: { uid: 999, gid: 999 } },
  to: { major: 18 },
  image: 'registry.example.com/postgres:15-18',
  wayBack: { volumeSnapshot: { namespace: 'shop', name: 'postgres-before-18' } },
  writers: { namespace: 'shop', selector: 'app.kubernetes.io/part-of=shop' },
  approval: { start: {}, commit: { within: '20m', then: 'rollback' } },
};

const postgresToHa = {
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'PostgresToHA',
  metadata: { name: 'shop-ha' },
  source: {
    namespace: 'shop',
    release: 'shop',
    statefulSet: 'shop-postgresql',
    password: { secretRef: { name: 'shop-postgresql', key: 'postgres-password' } },
  },
  target: {
    chart: 'oci://registry.example.com/charts/shop',
    version: '3.0.0',
    values: { from: { secretRef: { namespace: 'rehelm-system', name: 'shop-values', key: 'values.yaml' } } },
    primary: 'statefulset/shop-postgresql-ha',
    password: { secretRef: { name: 'shop-postgresql-ha', key: 'postgres-password' } },
    pooler: { service: 'service/shop-pgpool', user: 'shop', password: { secretRef: { name: 'shop-postgresql-ha', key: 'password' } } },
  },
  installEmpty: { 'postgresql-ha': { replicas: 1 }, web: { replicas: 0 } },
  quiesce: ['deployment/shop-web'],
  databases: [{ engine: 'postgresql', name: 'shop' }],
  traffic: { hold: ['ingress/shop'], closed: { set: { ingress: { enabled: false } } } },
  approval: { start: {}, commit: { within: '2h', then: 'rollback' } },
};

const failoverDrill = {
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'FailoverDrill',
  metadata: { name: 'orders-node-off' },
  target: {
    engine: 'postgresql',
    namespace: 'orders',
    pods: { selector: 'app.kubernetes.io/component=postgresql' },
    writeTo: 'service/pgpool',
    login: { secretRef: { name: 'drill-login' } },
  },
  fault: { kind: 'nodeOff', of: 'primary', power: 'rack-pdu', lasts: '2m', revertAfter: '10m' },
  profiles: { strict: { expect: { rto: '60s', lostWrites: 0 } } },
  allowed: { collateral: ['orders'] },
  schedule: { cron: '0 3 * * SUN', timeZone: 'Europe/Berlin', overlap: 'skip', approvedFor: '90d' },
};

/** The registry with its schemas; zod stays out of the workflow bundle, hence two files. */
export const specKinds: Readonly<Record<KindName, SpecKind>> = {
  ChartUpgrade: { ...kinds.ChartUpgrade, schema: chartUpgradeSchema, example: chartUpgrade },
  DatabaseBackup: { ...kinds.DatabaseBackup, schema: databaseBackupSchema, example: databaseBackup },
  DatabaseCopy: { ...kinds.DatabaseCopy, schema: databaseCopySchema, example: databaseCopy },
  DatabaseRestore: { ...kinds.DatabaseRestore, schema: databaseRestoreSchema, example: databaseRestore },
  DatabaseUpgrade: { ...kinds.DatabaseUpgrade, schema: databaseUpgradeSchema, example: databaseUpgrade },
  FailoverDrill: { ...kinds.FailoverDrill, schema: failoverDrillSchema, example: failoverDrill },
  KustomizeToHelm: { ...kinds.KustomizeToHelm, schema: kustomizeToHelmSchema, example: kustomizeToHelm },
  PostgresToHA: { ...kinds.PostgresToHA, schema: postgresToHaSchema, example: postgresToHa },
};
