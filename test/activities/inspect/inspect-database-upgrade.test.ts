import { inspectDatabaseUpgrade } from '../../../src/activities/inspect/inspect-database-upgrade.js';
import type { KubeObject } from '../../../src/model/kube-object.js';
import { createUpgradeWorld, upgradeSpec } from '../../support/database-upgrade/play.js';
import { claimOf, volumeOf } from '../../support/private-world.js';
import { adaptersOver, asActivity } from '../../support/step-rig.js';

const inspect = (given: object = upgradeSpec(), { fake } = createUpgradeWorld()) =>
  asActivity(() => inspectDatabaseUpgrade(adaptersOver(fake)).inspectDatabaseUpgrade({ spec: given }));

test('the volume behind the claim is named, and who uses it', async () => {
  const { inventory } = await inspect();
  expect(inventory).toMatchObject({
    volume: 'pv-1',
    workloads: [
      { ref: { kind: 'Deployment', name: 'web' }, replicas: 3 },
      { ref: { kind: 'StatefulSet', name: 'db' }, replicas: 1 },
    ],
    owners: [{ kind: 'HorizontalPodAutoscaler', name: 'web' }],
    obstacles: [],
  });
});

test('a clone of a volume that is written to stands in the way until that is stopped', async () => {
  const world = createUpgradeWorld();
  world.fake.seed(volumeOf('pv-2'), claimOf('clone', 'pv-2'));
  const given = upgradeSpec({
    volume: { claim: { namespace: 'shop', name: 'clone' }, major: 15, user: { uid: 999, gid: 999 } },
    wayBack: { claim: { namespace: 'shop', name: 'data-db-0' } },
  });
  const { inventory } = await inspect(given, world);
  expect(inventory.obstacles).toEqual([
    { check: 'wayBack', message: expect.stringMatching(/^claim shop\/data-db-0 is in use by Pod db-0: what that writes is not in clone/) },
  ]);
  const server = world.fake.find<KubeObject & { spec: object }>({ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace: 'shop', name: 'db' })!;
  world.fake.seed({ ...server, spec: { ...server.spec, replicas: 0 } } as KubeObject);
  world.fake.settle();
  expect((await inspect(given, world)).inventory.obstacles).toEqual([]);
});

test('a claim that is not there refuses the spec', async () => {
  const { volume } = upgradeSpec() as { volume: object };
  await expect(inspect(upgradeSpec({ volume: { ...volume, claim: { namespace: 'shop', name: 'gone' } } }))).rejects.toMatchObject({
    type: 'InvalidSpec',
    message: expect.stringContaining('volume.claim: PersistentVolumeClaim shop/gone is not there, or not bound'),
  });
});
