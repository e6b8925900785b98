import type { Values } from '../../../src/adapters/helm/helm.js';
import type { KubeObject } from '../../../src/model/kube-object.js';
import type { ChartRef, ReleaseRef } from '../../../src/model/refs.js';
import { createFakeCluster } from '../fake-cluster/fake-cluster.js';
import { createFakeHelm, type FakeCharts } from '../fake-cluster/fake-helm.js';

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

/** What the install of a chart has left, whole, with somebody else's ConfigMap beside it: to be seeded into other clusters. */
export async function installed(charts: FakeCharts, release: ReleaseRef, chart: ChartRef, values: Values): Promise<readonly KubeObject[]> {
  // Their uids are to be told from those that the test's own cluster gives.
  const fake = createFakeCluster({ uidPrefix: '0ddba11a' });
  fake.seed(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: release.namespace } },
    { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'disk' }, provisioner: 'fake', reclaimPolicy: 'Delete' } as KubeObject,
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs', namespace: release.namespace }, data: { a: 'b' } } as KubeObject,
  );
  await createFakeHelm(fake, charts).upgradeInstall({ release, chart, values, labels: {}, timeoutSeconds: 60, description: 'theirs' });
  return kinds.flatMap(([apiVersion, kind]) => fake.all(apiVersion, kind));
}
