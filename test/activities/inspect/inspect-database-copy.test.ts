import { inspectDatabaseCopy } from '../../../src/activities/inspect/inspect-database-copy.js';
import type { KubeObject } from '../../../src/model/kube-object.js';
import { copySpec, createCopyWorld } from '../../support/database-copy/play.js';
import { withDatabases } from '../../support/fake-copier.js';
import { withPostgres } from '../../support/fake-postgres.js';
import { claimOf, volumeOf } from '../../support/private-world.js';
import { activitiesOver } from '../../support/product/migration.js';
import { adaptersOver, asActivity } from '../../support/step-rig.js';

function inspect(given: object = copySpec(), { fake } = createCopyWorld()) {
  return asActivity(() => inspectDatabaseCopy(adaptersOver(fake)).inspectDatabaseCopy({ spec: given, run: 'r1' }));
}

test('both servers are named as they call themselves, with the sizes of what is to be copied', async () => {
  const { inventory } = await inspect();
  expect(inventory).toMatchObject({
    source: 'PostgreSQL 15.18',
    target: 'PostgreSQL 18.1',
    databases: [
      { name: 'orders', bytes: 300_000_000 },
      { name: 'stock', bytes: 100_000_000 },
    ],
    workloads: [{ replicas: 3 }],
    owners: [{ kind: 'HorizontalPodAutoscaler', name: 'web' }],
    obstacles: [],
  });
});

test('the room that each copy takes on the target is known, and what is free there', async () => {
  const { inventory } = await inspect();
  expect(inventory.databases.map(({ space }) => space)).toEqual([
    { neededBytes: 360_000_000, freeBytes: 1_000_000_000 },
    { neededBytes: 120_000_000, freeBytes: 1_000_000_000 },
  ]);
});

test('what is in the databases comes with them, for a reader', async () => {
  const { inventory } = await inspect();
  expect(inventory.databases.map(({ facts }) => facts)).toEqual([
    ['286.1 MiB with indexes, encoding UTF8, collation C, owner postgres', '1 table with about 3 rows', 'largest: public.orders (2.9 KiB)'],
    ['95.4 MiB with indexes, encoding UTF8, collation C, owner postgres', '1 table with about 1 row', 'largest: public.orders (1000 B)'],
  ]);
  const { inventory: of } = await inspect({ ...copySpec(), databases: [{ from: 'nothing', to: 'nothing' }] });
  expect(of.databases).toEqual([{ name: 'nothing', bytes: 0, notes: [] }]);
});

/** `orders` and `stock` as they are put. */
function worldWith(orders: object, stock: object = {}) {
  const world = createCopyWorld();
  withPostgres(world.fake, {
    'old.data.svc': { orders: { rows: ['1'], open: true, ...orders }, stock: { rows: ['a'], open: true, ...stock } },
    'new.data.svc': {},
  });
  world.fake.seed(volumeOf('pv-1'), claimOf('data-db-0', 'pv-1'));
  return world;
}

/** As a preview tells them. */
async function problemsOf(spec: object, world: ReturnType<typeof createCopyWorld>) {
  const activities = activitiesOver(world);
  const inspected = (await asActivity(() => activities['inspectDatabaseCopy']!({ spec, run: 'r1' }))) as object;
  const shown = await asActivity(() => activities['planDatabaseCopy']!(inspected));
  return asActivity(() => activities['checkDatabaseCopy']!({ run: 'r1', shown, ...inspected }));
}

const volume = { claim: { namespace: 'shop', name: 'data-db-0' }, user: { uid: 999, gid: 999 }, image: 'postgres:15' };

test('what the target cannot take is told before the window, by the copy that it stands against, together with whatever else is wrong', async () => {
  const world = worldWith({ vectors: true });
  const given = {
    ...copySpec(),
    databases: [
      { from: 'orders', to: 'orders' },
      { from: 'nothing', to: 'warehouse' },
    ],
  };
  expect(await problemsOf(given, world)).toEqual([
    { check: 'copy/orders', message: 'database orders cannot be copied: no extension vector.' },
    { check: 'copy/warehouse', message: 'database nothing is not there' },
  ]);
});

test('of a source that is read from its volume it is told while that is still served', async () => {
  const told = [{ check: 'copy/orders', message: 'database orders cannot be copied: no extension vector.' }];
  expect(await problemsOf({ ...copySpec(), volume }, worldWith({ vectors: true }))).toEqual(told);
});

test('databases that have room each by itself and not together are refused', async () => {
  const rows = (count: number) => ({ rows: Array.from({ length: count }, String) });
  const together = { check: 'target', message: expect.stringMatching(/^All databases: The copy needs about 1\.1 GiB .* 0\.9 GiB are free\.$/) };
  expect(await problemsOf(copySpec(), worldWith(rows(6), rows(4)))).toEqual([together]);
  expect(await problemsOf({ ...copySpec(), volume }, worldWith(rows(6), rows(4)))).toEqual([together]);
  expect(await problemsOf(copySpec(), worldWith(rows(4), rows(4)))).toEqual([]);
});

test('a server that does not let us in stands in the way, by its place in the spec; the other one is still read', async () => {
  const world = createCopyWorld();
  const { job } = world.fake.behaviour;
  const refusal = JSON.stringify({ failure: { type: 'WrongPassword', message: 'password authentication failed for user "postgres"' } });
  world.fake.behaviour.job = async (each) => {
    const secret = world.fake.find<KubeObject & { data: Record<string, string> }>({
      ...each.metadata,
      apiVersion: 'v1',
      kind: 'Secret',
      namespace: 'rehelm-system',
    });
    const request = Buffer.from(secret?.data['request.json'] ?? '', 'base64').toString();
    return request.includes('new.data.svc') ? { failed: 'refused', log: `${refusal}\n` } : job(each);
  };
  const { inventory } = await inspect(copySpec(), world);
  expect(inventory).toMatchObject({ source: 'PostgreSQL 15.18', databases: [{ name: 'orders' }, { name: 'stock' }] });
  expect(inventory.target).toBeUndefined();
  expect(inventory.obstacles).toEqual([{ check: 'target', message: expect.stringMatching(/^data\/new: .*password authentication failed/s) }]);
});

test('a Secret that is not there stands in the way, too', async () => {
  const given = copySpec();
  const source = { engine: 'postgresql', at: { service: 'data/old', admin: { secretRef: { namespace: 'data', name: 'nobody' } } } };
  const { inventory } = await inspect({ ...given, source });
  expect(inventory.obstacles).toEqual([{ check: 'source', message: 'data/old: Secret data/nobody is not there' }]);
});

test('writers of whom there are none refuse the spec', async () => {
  await expect(inspect({ ...copySpec(), writers: { namespace: 'shop', selector: 'app=nobody' } })).rejects.toMatchObject({
    type: 'InvalidSpec',
    message: expect.stringContaining('writers.selector: matches no Deployment or StatefulSet'),
  });
});

test('whom the fence will stop is known before anybody approves it', async () => {
  const { inventory } = await inspect();
  expect(inventory.fence).toEqual([expect.stringMatching(/^Connections to orders, stock are ended and kept out/), 'a superuser']);
});

test('a database that is not there has no fence, and the check says so once', async () => {
  const { inventory } = await inspect({ ...copySpec(), databases: [{ from: 'nothing', to: 'nothing' }] });
  expect(inventory).not.toHaveProperty('fence');
  expect(inventory.obstacles).toEqual([]);
});

test('a volume is named with the versions that it has and is to have', async () => {
  const world = createCopyWorld();
  world.fake.seed(volumeOf('pv-1'), claimOf('data-db-0', 'pv-1'));
  const { inventory } = await inspect({ ...copySpec(), volume }, world);
  expect(inventory.volume).toEqual({ name: 'pv-1', major: 15, targetMajor: 18, unlogged: false });
});

test('a write block that would stop the copier itself stands in the way', async () => {
  const world = createCopyWorld();
  withDatabases(world.fake, { data: { orders: {} }, users: {} });
  const mongo = { engine: 'mongodb', at: { service: 'mongodb/mongodb', admin: { secretRef: { namespace: 'mongodb', name: 'root' } } } };
  const given = { ...copySpec(), source: mongo, target: mongo, databases: [{ from: 'orders', to: 'sales' }], fence: { prefer: 'writeBlock' } };
  const { inventory } = await inspect(given, world);
  expect(inventory.obstacles).toEqual([{ check: 'fence', message: expect.stringContaining('root@admin may not write while the write block is on') }]);
});
