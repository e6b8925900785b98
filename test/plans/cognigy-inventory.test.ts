import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { KubeObject } from '../../src/model/kube-object.js';
import type { KustomizeToHelmInventory } from '../../src/model/kustomize-to-helm.js';
import { helmOver, inspect, type Loose } from '../activities/inspect/shop-spec.js';
import { builtKustomization, describeWith, helm, kubectl, type Manifest, renderedChart } from '../examples/cognigy-manifests.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';
import type { FakeChart } from '../support/fake-cluster/fake-helm.js';

const root = join(import.meta.dirname, '../..');
const recorded = JSON.parse(readFileSync(join(root, 'test/plans/cognigy-inventory.json'), 'utf8')) as KustomizeToHelmInventory;

const clusterScoped = /^(StorageClass|ClusterRole|ClusterRoleBinding|IngressClass|Namespace|PersistentVolume)$/;

/** The example's tree as a cluster has it: namespaced, defaulted, its claims bound to the volumes of the recording. */
function cluster() {
  const fake = createFakeCluster();
  const volumes = recorded.volumes.map(({ claim, volume, storageClass, size }) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volume },
    spec: {
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: storageClass,
      capacity: { storage: size },
      accessModes: ['ReadWriteOnce', 'ReadWriteMany'],
      claimRef: { namespace: 'default', name: claim },
    },
  }));
  const volumeOf = new Map(recorded.volumes.map(({ claim, volume, storageClass }) => [claim, { volumeName: volume, storageClassName: storageClass }]));
  const place = (manifest: Manifest): Manifest => {
    const metadata = clusterScoped.test(manifest.kind) ? manifest.metadata : { namespace: 'default', ...manifest.metadata };
    const bound = manifest.kind === 'PersistentVolumeClaim' ? volumeOf.get(manifest.metadata.name) : undefined;
    return { ...manifest, metadata, ...(bound && { spec: { ...manifest['spec'], ...bound } }) };
  };
  const database = builtKustomization('mongodb').filter(({ kind }) => kind === 'Service');
  fake.seed(...(volumes as readonly KubeObject[]), ...[...builtKustomization('kustomize/overlays/prod').map(place), ...database]);
  return fake;
}

const chart: FakeChart = {
  name: 'cognigy.ai',
  version: '4.41.2',
  appVersion: '4.41.2',
  kubeVersion: '>=1.21.0-0',
  render: (values: Loose) =>
    renderedChart(...(values.traefik?.service?.type === 'ClusterIP' ? ['--set', 'traefik.service.type=ClusterIP,ingress.enabled=false'] : [])),
};

describeWith({ helm, kubectl }, 'the recorded inventory of the example', () => {
  it('is what inspection finds of its tree and chart', async () => {
    const given = parse(readFileSync(join(root, 'examples/cognigy/spec.yaml'), 'utf8'));
    given.target.chart = 'oci://r/shop';
    given.target.registry = undefined;
    given.target.values = { inline: {} };
    const fake = cluster();
    const { inventory } = await inspect(fake, given, helmOver(fake, chart));
    const sorted = (found: KustomizeToHelmInventory) => ({
      ...found,
      adopt: found.adopt.map(({ kind, name }) => `${kind} ${name}`).toSorted(),
      chart: {
        ...found.chart,
        workloads: found.chart.workloads.map(({ name }) => name).toSorted(),
        exposed: found.chart.exposed.map(({ name }) => name).toSorted(),
      },
      workloads: found.workloads.map(({ ref, replicas }) => `${ref.name} ${replicas}`).toSorted(),
    });
    expect(sorted(inventory)).toEqual(sorted(recorded));
  });
});
