import type { KubeObject } from '../../../src/model/kube-object.js';
import type { Plan } from '../../../src/model/plan.js';
import { createFakeCluster } from '../fake-cluster/fake-cluster.js';
import { type FakeServers, withPostgres } from '../fake-postgres.js';
import type { Play } from '../product/cases.js';
import { activitiesOver } from '../product/migration.js';
import { type Product, productIn } from '../product/product.js';
import { unattended } from '../product/spec.js';
import { asActivity } from '../step-rig.js';

const labels = { 'app.kubernetes.io/part-of': 'shop' };
const template = { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'shop:1' }] } };

/** Who writes to the source, and who would scale it up again. */
export const writers = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', labels },
    spec: { replicas: 3, selector: { matchLabels: labels }, template },
  },
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web', namespace: 'shop', labels },
    spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' } },
  },
] as unknown as readonly KubeObject[];

export const servers: FakeServers = {
  'old.data.svc': { orders: { rows: ['1', '2', '3'], open: true }, stock: { rows: ['a'], open: true } },
  'new.data.svc': { theirs: { rows: ['x'], open: true } },
};

/** A product with two databases on an old server, and a new one beside it. */
export function createCopyWorld(): Product {
  const fake = createFakeCluster();
  fake.seed(...writers);
  withPostgres(fake, servers);
  return productIn(fake);
}

const at = (name: string) => ({ engine: 'postgresql', at: { service: `data/${name}`, admin: { user: 'postgres', secretRef: { namespace: 'data', name } } } });

/** The spec as its user would write it; `more` is laid over it. */
export const copySpec = (more: object = unattended): Readonly<Record<string, unknown>> => ({
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'DatabaseCopy',
  metadata: { name: 'to-18' },
  source: at('old'),
  target: at('new'),
  writers: { namespace: 'shop', selector: 'app.kubernetes.io/part-of=shop' },
  databases: [
    { from: 'orders', to: 'orders' },
    { from: 'stock', to: 'warehouse' },
  ],
  ...more,
});

export const copyPlay: Play = { workflow: 'databaseCopy', create: createCopyWorld, specOf: copySpec };

/** The same with most of it ahead of the window, proved while users are let in. */
export const precopySpec = (more: object = unattended) => copySpec({ copy: { mode: 'precopy', slotLimit: '1Gi', prove: 'after' }, ...more });

export const precopyPlay: Play = { ...copyPlay, specOf: precopySpec };

/** The plan as a run would make it. */
export async function planOfCopy(spec = copySpec(), product = createCopyWorld()): Promise<Plan> {
  const activities = activitiesOver(product);
  const inspected = (await asActivity(() => activities['inspectDatabaseCopy']!({ spec, run: 'r1' }))) as object;
  return ((await asActivity(() => activities['planDatabaseCopy']!(inspected))) as { readonly plan: Plan }).plan;
}
