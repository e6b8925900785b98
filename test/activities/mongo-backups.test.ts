import { setTimeout } from 'node:timers/promises';
import { Long } from 'mongodb';
import { dumpDatabases } from '../../src/activities/dump-databases.js';
import { restoreDatabase } from '../../src/activities/restore-database.js';
import { verifyBackup } from '../../src/activities/verify-backup.js';
import { verifyRestored } from '../../src/activities/verify-restored.js';
import type { Job } from '../../src/model/kube-object.js';
import { makeArchive } from '../copier/mongo/support/make-archive.js';
import { toRaw } from '../copier/mongo/support/shop.js';
import { createMongoBackupWorld, type MongoBackupWorld } from '../support/mongo-backup-world.js';
import { StepRig } from '../support/step-rig.js';

const documents = (of: string, count: number) => Array.from({ length: count }, (_, n) => toRaw({ _id: `${of}${n}`, n }));
const unique = { key: { customer: 1, n: -1 }, name: 'by_customer', unique: true, partialFilterExpression: { n: { $gt: new Long(7) } } };
const shop = [
  { name: 'orders', documents: documents('o', 3), options: { validator: { n: { $type: 'int' } }, validationLevel: 'strict' }, indexes: ['by_n', unique] },
  { name: 'customers', documents: documents('c', 1), options: { capped: true, size: new Long(4096) } },
  { name: 'empty', options: { collation: { locale: 'de', strength: 2 } } },
  { name: 'totals', type: 'view', options: { viewOn: 'orders', pipeline: [{ $match: { n: 1 } }] } },
] as const;
const place = { kind: 'volume', namespace: 'data', claim: 'backups' } as const;

const optionsOf = ({ server }: MongoBackupWorld, name: string) => server.collection('again', name).options;
const indexOf = ({ server }: MongoBackupWorld) => server.collection('again', 'orders').indexes.find(({ name }) => name === 'by_customer')!;

const soon = async (holds: () => boolean) => {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries === 400) throw new Error('not within 10 s');
    await setTimeout(25);
  }
};

describe('a backup of MongoDB, by the commands of its pods', () => {
  let world: MongoBackupWorld;
  const server = () => ({ engine: 'mongodb', host: world.host, admin: { secretRef: { namespace: 'mongodb', name: 'root' } } }) as const;
  const dumpOf = (more: object = {}) => ({
    ...{ server: server(), place, databases: ['shop'], format: 'directory', recipients: [], jobs: 2, withinSeconds: 60 },
    ...{ mongo: { image: 'mongo:7.0', bytes: 1000 }, ...more },
  });
  const restoreOf = (more: object = {}) => ({
    ...{ server: server(), place, backup: 'r1', from: 'shop', to: 'again', jobs: 2, mongo: { image: 'mongo:7.0' }, withinSeconds: 60 },
    ...more,
  });
  const rigOf = (factory: ConstructorParameters<typeof StepRig>[1], run = 'r1') => new StepRig(world.fake, factory, {}, run);

  async function dump(input = dumpOf()) {
    const rig = rigOf(dumpDatabases);
    await rig.capture('dumpDatabases', input);
    return { rig, made: rig.act('dumpDatabases', input) };
  }

  async function restore(input = restoreOf()) {
    const rig = rigOf(restoreDatabase, 'r2');
    await rig.capture('restoreDatabase', input);
    return { rig, made: rig.act('restoreDatabase', input) };
  }

  const verify = async (factory: ConstructorParameters<typeof StepRig>[1], step: string, input: object) => {
    const rig = rigOf(factory, 'r3');
    await rig.capture(step, input);
    return rig.act(step, input);
  };

  const compare = () => {
    const { mongo: _, ...input } = restoreOf();
    return verify(verifyRestored, 'verifyRestored', input);
  };
  const check = () => verify(verifyBackup, 'verifyBackup', { server: server(), place, backup: 'r1', withinSeconds: 60 });

  beforeEach(async () => {
    world = await createMongoBackupWorld(shop);
  });
  afterEach(() => world.stop());

  test('is an archive by the tools of the image that is named, read back and listed by the copier', async () => {
    const { made } = await dump();
    const [name, rows] = ['shop', 4];
    const bytes = makeArchive('shop', shop).length;
    expect(await made).toMatchObject({
      ...{ backup: 'r1', engine: 'mongodb', format: 'archive', encrypted: false, serverVersion: '7.0.14', toolVersion: '100.9.4', bytes, attempts: 1 },
      databases: [{ name, bytes, tables: 3, rows }],
    });
    expect(world.jobs.map(({ metadata }) => [metadata.namespace, metadata.name.replace(/^rehelm-r1-|-[0-9a-f]{10}-1$/g, '')])).toEqual([
      ['data', 'findbackup'],
      ['data', 'mongo-dump'],
      ['data', 'keeparchives'],
    ]);
    expect(JSON.stringify(world.jobs[1])).toContain('"image":"mongo:7.0"');
    expect(JSON.stringify(world.jobs)).not.toContain('canary');
    expect(world.file('r1/0.archive')).toEqual(makeArchive('shop', shop));
    expect(await check()).toMatchObject({ backup: 'r1' });
  });

  test('that is whole stays as it is when the step is repeated, and goes with its undo', async () => {
    const { rig, made } = await dump();
    await made;
    world.dumps('shop', makeArchive('shop', []));
    expect(await rig.act('dumpDatabases', dumpOf())).toMatchObject({ databases: [{ rows: 4 }] });
    expect(world.file('r1/0.archive')).toEqual(makeArchive('shop', shop));
    await rig.undo('dumpDatabases');
    expect([world.file('r1/0.archive'), world.file('r1/manifest.json')]).toEqual([undefined, undefined]);
  });

  test.each([
    ['empty', () => Buffer.alloc(0)],
    ['short', () => makeArchive('shop', shop).subarray(0, 400)],
    ['without its end', () => makeArchive('shop', shop).subarray(0, -4)],
    ['of fewer documents', () => makeArchive('shop', [{ ...shop[0]!, documents: documents('o', 2) }, ...shop.slice(1)])],
  ])('whose archive is %s is none, whatever mongodump said', async (_what, archive) => {
    world.dumps('shop', archive());
    await expect((await dump()).made).rejects.toMatchObject({ type: 'DumpIncomplete' });
    expect(world.file('r1/manifest.json')).toBeUndefined();
  });

  test('that was none is dumped anew by the next attempt', async () => {
    world.dumps('shop', makeArchive('shop', shop).subarray(0, 400));
    const { rig, made } = await dump();
    await expect(made).rejects.toMatchObject({ type: 'DumpIncomplete' });
    world.dumps('shop', makeArchive('shop', shop));
    expect(await rig.act('dumpDatabases', dumpOf())).toMatchObject({ backup: 'r1', databases: [{ rows: 4 }] });
    expect(await check()).toMatchObject({ backup: 'r1' });
  });

  test('is the first attempt’s archive, whatever a second one would dump while it is still read', async () => {
    const { fake } = world;
    const [job, keeping] = [fake.behaviour.job!, Promise.withResolvers<void>()];
    fake.behaviour.job = async (made) => {
      if (made.metadata.name.includes('keeparchives')) await keeping.promise;
      return job(made);
    };
    const { rig, made } = await dump();
    await soon(() => fake.all<Job>('batch/v1', 'Job', 'data').some(({ metadata }) => metadata.name.includes('keeparchives')));
    world.dumps('shop', makeArchive('shop', [{ ...shop[0]!, documents: documents('x', 3) }, ...shop.slice(1)]));
    const second = rig.act('dumpDatabases', dumpOf());
    await soon(() => world.jobs.filter(({ metadata }) => metadata.name.includes('mongo-dump')).length === 2);
    keeping.resolve();
    expect(await second).toMatchObject({ databases: [{ rows: 4 }] });
    await made;
    expect(await check()).toMatchObject({ backup: 'r1' });
  });

  test('takes no more room for what an earlier attempt has written already', async () => {
    world.dumps('shop', makeArchive('shop', shop).subarray(0, 400));
    const { rig, made } = await dump();
    await expect(made).rejects.toMatchObject({ type: 'DumpIncomplete' });
    world.dumps('shop', makeArchive('shop', shop));
    world.leaveFree(599);
    await expect(rig.act('dumpDatabases', dumpOf())).rejects.toMatchObject({ type: 'NoSpace' });
    world.leaveFree(600);
    expect(await rig.act('dumpDatabases', dumpOf())).toMatchObject({ databases: [{ rows: 4 }] });
  });

  test('is not begun where the volume is too small', async () => {
    await expect((await dump(dumpOf({ mongo: { image: 'mongo:7.0', bytes: 1e18 } }))).made).rejects.toMatchObject({ type: 'NoSpace' });
    expect(world.jobs.map(({ metadata }) => metadata.name)).not.toContainEqual(expect.stringContaining('mongo-dump'));
  });

  test('comes back under another name, is proved document by document, and goes with the undo', async () => {
    await (await dump()).made;
    const { rig, made } = await restore();
    expect(await made).toEqual({ documents: 4, collections: 3 });
    expect(await compare()).toMatchObject({ equal: true, documents: 4, collections: 3 });
    await rig.undo('restoreDatabase');
    expect([...world.server.databases.keys()]).not.toContain('again');
  });

  test.each([
    ['a document', (it: MongoBackupWorld) => (it.server.collection('again', 'orders').documents[1] = toRaw({ _id: 'o1', n: 2 })), 'other contents'],
    [
      'a document more',
      (it: MongoBackupWorld) => it.server.collection('again', 'empty').documents.push(toRaw({ _id: 1 })),
      'empty: 0 documents in the backup, 1',
    ],
    [
      'an index less',
      (it: MongoBackupWorld) => it.server.collection('again', 'orders').indexes.splice(0),
      'orders: indexes by_customer, by_n in the backup, none',
    ],
    ['an index of another order', (it: MongoBackupWorld) => (indexOf(it)['key'] = { n: -1, customer: 1 }), 'orders: index by_customer is another'],
    ['an index that is unique no more', (it: MongoBackupWorld) => delete indexOf(it)['unique'], 'orders: index by_customer is another'],
    ['a validator less', (it: MongoBackupWorld) => delete optionsOf(it, 'orders')['validator'], 'orders: other options'],
    ['a cap less', (it: MongoBackupWorld) => delete optionsOf(it, 'customers')['capped'], 'customers: other options'],
    ['another cap', (it: MongoBackupWorld) => (optionsOf(it, 'customers')['size'] = 8192), 'customers: other options'],
    ['another collation', (it: MongoBackupWorld) => (optionsOf(it, 'empty')['collation'] = { locale: 'de', strength: 1 }), 'empty: other options'],
    ['another view', (it: MongoBackupWorld) => (optionsOf(it, 'totals')['pipeline'] = []), 'View totals: another definition'],
    ['a view less', (it: MongoBackupWorld) => it.server.databases.get('again')?.delete('totals'), 'View totals: in the backup, and not'],
    ['a collection less', (it: MongoBackupWorld) => it.server.databases.get('again')?.delete('empty'), 'empty: in the backup, and not'],
    ['a collection more', (it: MongoBackupWorld) => it.server.add('again', 'theirs'), 'theirs: in the database, and not'],
  ])('that came back with %s changed is told', async (_what, change, words) => {
    await (await dump()).made;
    await (await restore()).made;
    change(world);
    await expect(compare()).rejects.toMatchObject({ type: 'VerifyMismatch', message: expect.stringContaining(words) });
  });

  test('is proved whatever type a number of an option has', async () => {
    await (await dump()).made;
    await (await restore()).made;
    optionsOf(world, 'customers')['size'] = 4096;
    expect(await compare()).toEqual({ equal: true, documents: 4, collections: 3, seconds: expect.any(Number) });
  });

  test('of a release that kept names alone is compared by those, and says so', async () => {
    await (await dump()).made;
    await (await restore()).made;
    world.change('r1/manifest.json', (text) =>
      JSON.stringify(JSON.parse(text, (key, value: unknown) => (['definition', 'viewDefinitions'].includes(key) ? undefined : value))),
    );
    delete indexOf(world)['unique'];
    expect(await compare()).toMatchObject({ equal: true, namesOnly: ['customers', 'empty', 'orders', 'totals'] });
    world.server.collection('again', 'orders').indexes.splice(0);
    await expect(compare()).rejects.toMatchObject({ type: 'VerifyMismatch', message: expect.stringContaining('orders: indexes by_customer, by_n') });
  });

  test('is not restored over what somebody else has', async () => {
    await (await dump()).made;
    world.server.add('again', 'theirs');
    const { rig, made } = await restore();
    await expect(made).rejects.toMatchObject({ type: 'TargetNotEmpty' });
    await expect(rig.undo('restoreDatabase')).rejects.toMatchObject({ type: 'NotOurs' });
    expect([...world.server.databases.get('again')!.keys()]).toEqual(['theirs']);
  });
});
