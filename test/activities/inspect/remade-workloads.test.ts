import { remadeWorkloads } from '../../../src/activities/inspect/find-upgraded-chart.js';
import type { Rendered } from '../../../src/adapters/helm/helm.js';
import type { KubeObject } from '../../../src/model/kube-object.js';
import { createFakeCluster } from '../../support/fake-cluster/fake-cluster.js';
import { claimSpec, templates, workload } from '../../support/released/chart-parts.js';
import { adaptersOver } from '../../support/step-rig.js';

const made = workload('idp');
const release = { namespace: 'iam', name: 'idp' };
const rendered = (...objects: readonly object[]) => objects.map((object) => ({ object, hooks: [] }) as unknown as Rendered);

test('names what an upgrade makes anew, with the server’s reason, and nothing that it can change', async () => {
  const fake = createFakeCluster();
  fake.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'iam' } });
  const here = <T extends KubeObject>(object: T): T => ({ ...object, metadata: { ...object.metadata, namespace: 'iam' } });
  const files = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'files' }, spec: claimSpec };
  fake.seed(here(made('StatefulSet', 'idp-db', 1, templates('idp-db'))), here(made('Deployment', 'idp-web', 1)), here(files));
  const before = fake.world();
  const next = rendered(...[made('StatefulSet', 'idp-db', 1, templates('another')), made('Deployment', 'idp-web', 3), made('Deployment', 'idp-new', 1)], {
    ...files,
    spec: { ...claimSpec, storageClassName: 'other' },
  });
  expect(await remadeWorkloads(adaptersOver(fake).kube, release, { facts: {} as never, open: [], closed: [], empty: next })).toEqual([
    expect.stringMatching(
      /^StatefulSet iam\/idp-db is deleted and made anew, its claims kept: the new chart changes what cannot be changed \(.*forbidden|immutable/i,
    ),
  ]);
  expect(fake.world()).toEqual(before);
});
