import { gunzipSync } from 'node:zlib';
import type { Helm } from '../../../src/adapters/helm/helm.js';
import { systemNamespace } from '../../../src/model/act.js';
import type { MongoResults } from '../../../src/model/copier-mongo.js';
import type { Job, KubeObject, PersistentVolume, Secret, Service } from '../../../src/model/kube-object.js';
import { createFakeCluster, type FakeCluster } from '../fake-cluster/fake-cluster.js';
import { createFakeHelm } from '../fake-cluster/fake-helm.js';
import type { World } from '../fake-cluster/world.js';
import { requestOf, withDatabases } from '../fake-copier.js';
import { charts } from './chart.js';
import { databases, sourceObjects } from './source.js';

/** The shop in a fake cluster, with a database whose copier Jobs are played, a Helm that knows its chart, and a cloud that gives addresses. */
export interface Product {
  readonly fake: FakeCluster;
  readonly helm: Helm;
  /** Everything that lasts. What differs from run to run by name only is made equal: ids of runs, times of release records. */
  world(options?: { readonly uids?: boolean }): World;
  /** Jobs and their Secrets that rehelm left in its own namespace: none, whenever nothing runs. */
  orphans(): readonly string[];
  /** Volumes of the beginning whose data are gone. */
  lost(): readonly string[];
}

export function createProduct(): Product {
  const fake = createFakeCluster();
  fake.seed(...sourceObjects);
  withDatabases(fake, databases);
  playJobs(fake);
  giveAddresses(fake);
  fake.onChange(() => giveAddresses(fake));
  return productIn(fake);
}

/** Whatever stands in the cluster, as a run's end is judged by it. */
export function productIn(fake: FakeCluster): Product {
  const had = new Set(fake.all<PersistentVolume>('v1', 'PersistentVolume').map(({ metadata, spec }) => spec.csi?.volumeHandle ?? metadata.name));
  return {
    fake,
    helm: createFakeHelm(fake, charts),
    world: (options) => comparable(fake.world(options)),
    orphans: () => orphansOf(fake),
    lost: () => fake.destroyed.filter((volume) => had.has(volume)),
  };
}

/** Jobs of rehelm's namespace are copiers; those of the chart just end. */
function playJobs(fake: FakeCluster): void {
  const copier = fake.behaviour.job;
  fake.behaviour.job = (job) => {
    if (job.metadata.namespace !== systemNamespace) return { succeeded: true };
    return requestOf(fake, job)?.verb === 'ping' ? { succeeded: true, log: `${JSON.stringify({ result: pinged })}\n` } : copier(job);
  };
}

const pinged: MongoResults['ping'] = {
  version: '6.0.0',
  flavor: 'mongodb',
  replicas: 1,
  sharded: false,
  user: 'root',
  capabilities: { views: true, writeBlock: true, roles: true, rangeQueriesPushedDown: true, dbHash: true, collectionUuid: true },
};

/** The cloud's part: a Service of type LoadBalancer has an address from the moment it is one. */
function giveAddresses(fake: FakeCluster): void {
  for (const service of fake.all<Service>('v1', 'Service')) {
    if (service.spec.type !== 'LoadBalancer' || service.status?.loadBalancer) continue;
    fake.seed({ ...service, status: { loadBalancer: { ingress: [{ ip: '192.0.2.7' }] } } } as KubeObject);
  }
}

const runId = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;

function comparable(world: World): World {
  const readable = Object.entries(world).map(([name, object]) => [name, readableOf(name, object as Secret)]);
  return JSON.parse(JSON.stringify(Object.fromEntries(readable)).replaceAll(runId, 'RUN'));
}

function readableOf(name: string, object: Secret): unknown {
  if (name.includes('sh.helm.release')) return recordOf(object);
  // Databases that are copied side by side come in any order.
  return name === 'v1 ConfigMap mongodb/state' ? JSON.parse(object.data?.['state'] ?? '') : object;
}

/** A release record by what it says. */
function recordOf({ metadata, data }: Secret): unknown {
  const { createdAt: _, modifiedAt: _modified, ...labels } = metadata.labels ?? {};
  const { info, manifest, version, config } = JSON.parse(
    gunzipSync(Buffer.from(Buffer.from(data?.['release'] ?? '', 'base64').toString(), 'base64')).toString(),
  );
  return { labels, status: info.status, manifest, version, config };
}

function orphansOf(fake: FakeCluster): readonly string[] {
  const [going, left] = partition(fake.all<Job>('batch/v1', 'Job', systemNamespace), goesByItself);
  const owners = new Set(going.map(({ metadata }) => metadata.uid));
  const isOwned = ({ metadata }: Secret) => metadata.ownerReferences?.some(({ uid }) => owners.has(uid)) ?? false;
  const requests = fake.all<Secret>('v1', 'Secret', systemNamespace).filter((secret) => secret.type === 'rehelm.dev/copier-request' && !isOwned(secret));
  const jobs = left.map(({ metadata }) => `Job ${metadata.name}`);
  return [...jobs, ...requests.map(({ metadata }) => `Secret ${metadata.name}`)];
}

/** One that watched, and is over: the cluster takes it away minutes later. */
const goesByItself = ({ spec, status }: Job): boolean => Number(status?.succeeded) > 0 && Number(spec['ttlSecondsAfterFinished']) <= 600;

const partition = <T>(all: readonly T[], test: (one: T) => boolean): readonly [readonly T[], readonly T[]] => [
  all.filter(test),
  all.filter((one) => !test(one)),
];
