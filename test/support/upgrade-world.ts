import type { UpgradeInPlaceInput } from '../../src/activities/upgrade-in-place.js';
import type { Job, KubeObject, PodSpec } from '../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from './fake-cluster/fake-cluster.js';
import { snapshotKinds } from './fake-cluster/kinds.js';
import { claimOf, database, line, volumeOf } from './private-world.js';

/** Of a clone, whose original is there to come back to. */
export const input: UpgradeInPlaceInput = {
  claim: { namespace: 'shop', name: 'clone' },
  data: 'data',
  major: 16,
  user: { uid: 999, gid: 998 },
  image: 'registry.example.com/both:16-18',
  to: { major: 18, data: 'pg18/data', binaries: '/opt/18/bin' },
  wayBack: { claim: { namespace: 'shop', name: 'data-db-0' } },
  workloads: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'shop', name: 'db' }],
  withinSeconds: 2,
};

/** What is made around the claim. */
export const note = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'rehelm-private-clone' };

/** With the Jobs that were started in it, oldest first. */
export type UpgradeWorld = FakeCluster & { readonly jobs: Job[] };

export const podOf = (job: Job) => (job.spec['template'] as { spec: PodSpec }).spec;
export const envOf = (job: Job) => Object.fromEntries((podOf(job).containers[0]?.env ?? []).map(({ name, value }) => [name, value]));
/** What the script is told to do. */
export const actOf = (job: Job): string => podOf(job).containers[0]?.name ?? '';

const phases: Readonly<Record<string, string>> = { upgrade: 'done', look: 'done', revert: 'reverted', drop: 'dropped' };

/** A stopped server with its claim, a clone of it, and Jobs that answer as the script does. */
export function upgradeWorld(answer: (act: string) => object = (act) => ({ result: { phase: phases[act] } })): UpgradeWorld {
  const fake = createFakeCluster();
  const jobs: Job[] = [];
  fake.install(...snapshotKinds);
  fake.seed(volumeOf('pv-1'), volumeOf('pv-2'), claimOf('data-db-0', 'pv-1'), claimOf('clone', 'pv-2'), database(0));
  fake.behaviour.job = (job) => {
    jobs.push(job);
    const told = answer(actOf(job));
    return 'failure' in told ? { failed: 'no', log: line(told) } : { succeeded: true, log: `phase: link\n${line(told)}` };
  };
  return Object.assign(fake, { jobs });
}

/** The new server, on the clone. */
export const newServer = (node = 'node-7'): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'shop', name: 'db-18-0', labels: { app: 'db-18' } },
    spec: { nodeName: node, containers: [{ name: 'db' }], volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'clone' } }] },
    status: { phase: 'Running' },
  }) as KubeObject;
