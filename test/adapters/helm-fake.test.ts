import type { Helm } from '../../src/adapters/helm/helm.js';
import { createReleaseRecords } from '../../src/adapters/helm/records.js';
import { createFakeCluster, type FakeCluster } from '../support/fake-cluster/fake-cluster.js';
import { createFakeHelm } from '../support/fake-cluster/fake-helm.js';
import { meanwhile } from './guarded.contract.js';
import { helmContract } from './helm.contract.js';
import { tinyCharts } from './tiny-chart.js';

describe('the fake helm on the fake cluster', () => {
  let fake: FakeCluster;
  let helm: Helm;
  beforeEach(() => {
    fake = createFakeCluster();
    fake.behaviour.job = () => 'running';
    fake.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    helm = createFakeHelm(fake, tinyCharts);
  });
  helmContract(() => ({
    helm,
    raw: fake,
    namespace: 'shop',
    tiny: { chart: 'tiny', version: '1.2.3' },
    incomplete: { chart: 'incomplete', version: '0.1.0' },
    leavePending: async (request) => {
      fake.failAfter('create ConfigMap shop/rel-hook');
      await expect(helm.upgradeInstall(request)).rejects.toEqual(expect.objectContaining({ type: 'Unreachable' }));
    },
  }));

  const release = { namespace: 'shop', name: 'rel' };
  const install = () =>
    helm.upgradeInstall({ release, chart: { chart: 'tiny', version: '1.2.3' }, values: {}, labels: {}, timeoutSeconds: 1, description: 'd' });

  test('the tenth revision comes after the second', async () => {
    for (let count = 0; count < 10; count += 1) await install();
    expect((await helm.latest(release))?.revision).toBe(10);
    expect((await helm.history(release)).map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('a record that changes while it is marked as failed is left as it is then', async () => {
    fake.failAfter('create ConfigMap shop/rel-hook');
    await expect(install()).rejects.toThrow();
    const ref = { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'sh.helm.release.v1.rel.v1' };
    const overtaken = createReleaseRecords(meanwhile(fake, 'patch', 'before', () => fake.patch(ref, { metadata: { labels: { seen: 'yes' } } })));
    await expect(overtaken.markFailed(release, 1)).rejects.toEqual(expect.objectContaining({ type: 'Conflict' }));
    expect(await helm.latest(release)).toMatchObject({ status: 'pending-install' });
  });
});
