import type { KubeObject, Workload } from '../../../src/model/kube-object.js';
import { writers } from '../database-copy/play.js';
import { createFakeCluster, type FakeCluster } from '../fake-cluster/fake-cluster.js';
import { snapshotKinds } from '../fake-cluster/kinds.js';
import { claimOf, database, line, volumeOf } from '../private-world.js';
import type { Play } from '../product/cases.js';
import { type Product, productIn } from '../product/product.js';
import { unattended } from '../product/spec.js';
import { actOf } from '../upgrade-world.js';

const labels = { 'app.kubernetes.io/part-of': 'shop' };
const server = (): Workload => ({ ...database(1), metadata: { ...database(1).metadata, labels } });
const onVolume = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'on-the-volume' };
type OnVolume = KubeObject & { readonly data: Directories };

/** The majors of what lies on the volume. */
interface Directories {
  readonly data: string;
  readonly aside?: string;
}

export const directoriesOf = ({ fake }: Pick<Product, 'fake'>): Directories => fake.find<OnVolume>(onVolume)!.data;

function put(fake: FakeCluster, data: Directories): void {
  const { apiVersion, kind, namespace, name } = onVolume;
  fake.seed({ apiVersion, kind, metadata: { namespace, name }, data } as OnVolume);
}

/** As the script does it, with what lies there. */
function answer(fake: FakeCluster, act: string): object {
  const { data, aside } = directoriesOf({ fake });
  if (act === 'upgrade') put(fake, { data: '18', aside: aside ?? data });
  if (act === 'revert' && aside !== undefined) put(fake, { data: aside });
  if (act === 'drop') put(fake, { data });
  return { result: { phase: { upgrade: 'done', look: 'done', revert: aside === undefined ? 'untouched' : 'reverted', drop: 'dropped' }[act] } };
}

/** A product at work on a PostgreSQL 15, and a snapshot of its volume. */
export function createUpgradeWorld(): Product {
  const fake = createFakeCluster();
  fake.install(...snapshotKinds);
  const volume = volumeOf('pv-1') as KubeObject & { readonly spec: object };
  fake.seed({ ...volume, spec: { ...volume.spec, persistentVolumeReclaimPolicy: 'Delete' } } as KubeObject, claimOf('data-db-0', 'pv-1'));
  fake.seed(server(), ...writers, {
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshot',
    metadata: { namespace: 'shop', name: 'before' },
    spec: { source: { persistentVolumeClaimName: 'data-db-0' } },
    status: { readyToUse: true },
  } as KubeObject);
  put(fake, { data: '15' });
  fake.behaviour.job = (job) => ({ succeeded: true, log: line(answer(fake, actOf(job))) });
  return productIn(fake);
}

/** The spec as its user would write it; `more` is laid over it. */
export const upgradeSpec = (more: object = unattended): Readonly<Record<string, unknown>> => ({
  apiVersion: 'rehelm.dev/v1alpha1',
  kind: 'DatabaseUpgrade',
  metadata: { name: 'to-18' },
  volume: { claim: { namespace: 'shop', name: 'data-db-0' }, data: 'pgdata', major: 15, user: { uid: 999, gid: 999 } },
  to: { major: 18 },
  image: 'registry.example.com/postgres:15-18',
  wayBack: { volumeSnapshot: { namespace: 'shop', name: 'before' } },
  writers: { namespace: 'shop', selector: 'app.kubernetes.io/part-of=shop' },
  ...more,
});

export const upgradePlay: Play = { workflow: 'databaseUpgrade', create: createUpgradeWorld, specOf: upgradeSpec };
