import type { KubeObject } from '../../../src/model/kube-object.js';
import type { Plan } from '../../../src/model/plan.js';
import { backupsAt } from '../fake-backups.js';
import { createFakeCluster } from '../fake-cluster/fake-cluster.js';
import { type FakeServers, withPostgres } from '../fake-postgres.js';
import type { Play } from '../product/cases.js';
import { activitiesOver } from '../product/migration.js';
import { type Product, productIn } from '../product/product.js';
import { unattended } from '../product/spec.js';
import { asActivity } from '../step-rig.js';

const databases = { orders: { rows: ['1', '2', '3'], open: true }, stock: { rows: ['a'], open: true } };

/** A server with two databases, and a namespace in which backups are kept. */
function createWorld(servers: FakeServers, ...more: readonly KubeObject[]): Product {
  const fake = createFakeCluster();
  fake.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'data' } }, ...more);
  withPostgres(fake, servers);
  return productIn(fake);
}

const claim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'backups', namespace: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  status: { phase: 'Bound' },
} as unknown as KubeObject;

export const createBackupWorld = (): Product => createWorld({ 'old.data.svc': databases, [backupsAt]: {} });

/** One of the two was spoilt since the backup, the other is gone. */
export const createRestoreWorld = (): Product =>
  createWorld(
    { 'old.data.svc': { orders: { rows: ['spoilt'], open: true } }, [backupsAt]: { 'b1/orders': databases.orders, 'b1/stock': databases.stock } },
    claim,
  );

const server = { engine: 'postgresql', at: { service: 'data/old', admin: { user: 'postgres', secretRef: { namespace: 'data', name: 'old' } } } };
const artifact = { volume: { namespace: 'data', claim: 'backups' } };

/** The specs as their user would write them; `more` is laid over them. */
export const backupSpec = (more: object = unattended): Readonly<Record<string, unknown>> => ({
  ...{ apiVersion: 'rehelm.dev/v1alpha1', kind: 'DatabaseBackup', metadata: { name: 'nightly' }, server, databases: 'all', artifact },
  ...more,
});

export const restoreSpec = (more: object = unattended): Readonly<Record<string, unknown>> => ({
  ...{ apiVersion: 'rehelm.dev/v1alpha1', kind: 'DatabaseRestore', metadata: { name: 'back' }, server, artifact, backup: 'b1' },
  databases: [
    { from: 'orders', to: 'orders', replace: true },
    { from: 'stock', to: 'stock' },
  ],
  ...more,
});

export const backupPlay: Play = { workflow: 'databaseBackup', create: createBackupWorld, specOf: backupSpec };
export const restorePlay: Play = { workflow: 'databaseRestore', create: createRestoreWorld, specOf: restoreSpec };

/** The plan as a run of the play would make it. */
export async function planOfPlay(
  { create, specOf }: Play,
  kind: 'ChartUpgrade' | 'DatabaseBackup' | 'DatabaseRestore' | 'DatabaseUpgrade' | 'PostgresToHa',
): Promise<Plan> {
  const activities = activitiesOver(create());
  const inspected = (await asActivity(() => activities[`inspect${kind}`]!({ spec: specOf(unattended), run: 'r1' }))) as object;
  return ((await asActivity(() => activities[`plan${kind}`]!(inspected))) as { readonly plan: Plan }).plan;
}
