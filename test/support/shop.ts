import type { KubeObject } from '../../src/model/kube-object.js';
import type { Plan, Step } from '../../src/model/plan.js';
import { createFakeCluster, type FakeCluster } from './fake-cluster/fake-cluster.js';

const deployment = (name: string, replicas: number): KubeObject & { spec: unknown } => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name, image: `${name}:1` }] } },
  },
});

const volume = (name: string): KubeObject & { spec: unknown } => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name },
  spec: { persistentVolumeReclaimPolicy: 'Delete', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] },
});

/** A small product: two deployments and a volume. */
export function shop(): FakeCluster {
  const fake = createFakeCluster();
  fake.seed(deployment('api', 3), deployment('web', 2), volume('pv-1'));
  return fake;
}

export const keep: Step = { id: 'keep/pv-1', step: 'retainVolume', title: 'Keep pv-1', input: { volume: 'pv-1' } };

export const stop = (name: string, more: Partial<Step> = {}): Step => ({
  id: `stop/${name}`,
  step: 'scaleDown',
  title: `Stop ${name}`,
  input: { workload: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name }, withinSeconds: 60 },
  changeable: ['withinSeconds'],
  skippable: true,
  ...more,
});

export const changed = {
  keep: 'patch PersistentVolume pv-1 persistentVolumeReclaimPolicy=Retain',
  api: 'patch Deployment shop/api replicas=0',
  web: 'patch Deployment shop/web replicas=0',
} as const;

/** Keep the volume, then stop the product; after the commit, nothing. */
export const planShop = (): Plan => ({
  kind: 'Test',
  title: 'Move the shop',
  locks: ['release/shop/shop'],
  notes: [],
  phases: [
    { id: 'prepare', title: 'Prepare', gate: 'start', steps: [keep] },
    { id: 'stop', title: 'Stop', steps: [stop('api'), stop('web')] },
  ],
});

/** The shop with a commit between keeping and stopping. */
export const planCommit = (): Plan => ({
  ...planShop(),
  phases: [
    { id: 'prepare', title: 'Prepare', gate: 'start', steps: [keep, stop('api')] },
    { id: 'open', title: 'Open', gate: 'commit', commits: true, steps: [stop('web')] },
  ],
});
