import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { DatabaseBackupInventory, DatabaseRestoreInventory } from '../../src/model/database-backup.js';
import { databaseBackupSchema } from '../../src/model/schema/database-backup.js';
import { databaseRestoreSchema } from '../../src/model/schema/database-restore.js';
import { readSpec } from '../../src/model/schema/read-spec.js';
import { planDatabaseBackup } from '../../src/plans/database-backup.js';
import { planDatabaseRestore } from '../../src/plans/database-restore.js';
import { planFinalize } from '../../src/plans/finalize.js';

const yaml = (name: string) => parse(readFileSync(`examples/${name}/spec.yaml`, 'utf8'));
const json = (name: string) => JSON.parse(readFileSync(`test/plans/${name}-inventory.json`, 'utf8'));
const [backup, restore] = [yaml('database-backup'), yaml('database-restore')];
const found: DatabaseBackupInventory = json('database-backup');
const there: DatabaseRestoreInventory = json('database-restore');
const readBackup = (more: object = {}) => readSpec(databaseBackupSchema, { ...backup, ...more });
const readRestore = (more: object = {}) => readSpec(databaseRestoreSchema, { ...restore, ...more });
type Plan = ReturnType<typeof planDatabaseBackup>;
const stepsOf = ({ phases }: Plan) => phases.flatMap(({ steps }) => steps);
const inputOf = (plan: Plan, id: string) => stepsOf(plan).find((step) => step.id === id)?.input;
const gib = 1024 ** 3;
const s3 = { bucket: 'backups', secretRef: { namespace: 'shop', name: 'storage' } };

describe('the plan of a backup', () => {
  const plan = planDatabaseBackup(readBackup(), found);

  test('makes room first, reads back last, and leaves nothing to finalize', () => {
    expect(stepsOf(plan).map(({ id, proves }) => [id, proves])).toEqual([
      ['volume', undefined],
      ['dump', undefined],
      ['verify', true],
    ]);
    expect(plan.phases.map(({ gate }) => gate)).toEqual(['start', undefined]);
    expect(plan).toMatchObject({ leavesNothing: true, locks: ['database/shop/postgres.shop.svc:5432/orders', 'database/shop/postgres.shop.svc:5432/stock'] });
  });

  test('sizes the volume from the databases, three times, unless the spec says how big', () => {
    expect(inputOf(plan, 'volume')).toMatchObject({ bytes: 3 * (5368709120 + 262144000) });
    const said = { volume: { namespace: 'shop', claim: 'b', size: '100Gi' } };
    expect(inputOf(planDatabaseBackup(readBackup({ artifact: said }), found), 'volume')).toMatchObject({ bytes: 100 * gib });
    const small = { ...found, databases: [{ name: 'orders', bytes: 8_000_000, notes: [] }] };
    expect(inputOf(planDatabaseBackup(readBackup(), small), 'volume')).toMatchObject({ bytes: gib });
  });

  test('what is encrypted or for S3 is made on a volume of the pod, what is plain where it stays', () => {
    const { encrypt: _, ...plain } = backup;
    const dumpOf = (spec: object) => inputOf(planDatabaseBackup(readSpec(databaseBackupSchema, spec), found), 'dump');
    expect(inputOf(plan, 'dump')).toMatchObject({ staging: { bytes: 6 * gib } });
    expect(dumpOf(plain)).not.toHaveProperty('staging');
    expect(dumpOf({ ...plain, artifact: { s3, staging: { storageClass: 'fast' } } })).toMatchObject({ staging: { bytes: 6 * gib, storageClass: 'fast' } });
    expect(dumpOf({ ...plain, format: 'plain', artifact: { s3 } })).toMatchObject({ staging: { bytes: 9 * gib } });
  });

  test('says who can read it', () => {
    const { encrypt: _, ...plain } = backup;
    expect(plan.notes.join('\n')).toContain('Only the holders of one age key can read it');
    expect(planDatabaseBackup(readSpec(databaseBackupSchema, plain), found).notes.join('\n')).toContain('It is not encrypted');
    expect(plan.notes).toContain('stock: Replication slots stay behind: cdc.');
  });

  test.each([
    [{ databases: ['postgres'] }, "databases.0: postgres is the server's own"],
    [{ databases: ['a', 'a'] }, 'databases.1: database a is listed twice'],
    [{ databases: 'some' }, 'expected all, or a list of names'],
    [{ artifact: {} }, 'say one of volume and s3'],
    [{ artifact: { s3: { ...s3, prefix: '../x' } } }, 'artifact.s3.prefix'],
    [{ artifact: { s3: { ...s3, endpoint: 'ftp://x' } } }, 'expected an http or https address'],
    [{ encrypt: { recipients: ['AGE-SECRET-KEY-1'] } }, 'expected an age recipient'],
    [{ server: { ...backup.server, engine: 'mysql' } }, 'server.engine'],
    [{ tools: { image: 'x' } }, "tools: PostgreSQL's tools are in the copier's image"],
  ])('%j is refused', (more, message) => expect(() => readBackup(more)).toThrow(message));
});

describe('the plan of a restore', () => {
  const plan = planDatabaseRestore(readRestore(), there);

  test('restores and proves everything under other names before any name is exchanged, which is the commit', () => {
    expect(stepsOf(plan).map(({ id }) => id)).toEqual([
      'backup',
      'restore/orders',
      'restore/stock-of-then',
      'verify/orders',
      'verify/stock-of-then',
      'replace/orders',
      'replace/stock-of-then',
    ]);
    expect(plan.phases.map(({ gate, commits }) => [gate, commits])).toEqual([
      ['start', undefined],
      ['commit', true],
    ]);
  });

  test('names what is replaced, and puts aside only what is there', () => {
    expect(inputOf(plan, 'replace/orders')).toMatchObject({ restored: 'rehelm_restored_orders', name: 'orders', aside: 'rehelm_replaced_orders' });
    expect(inputOf(plan, 'replace/stock-of-then')).not.toHaveProperty('aside');
    expect(plan.notes[0]).toMatch(/^orders, which holds 41 tables .* is replaced at the commit: kept as rehelm_replaced_orders/);
  });

  test('gives the key by reference, and a volume of the pod to what must be opened', () => {
    expect(inputOf(plan, 'restore/orders')).toMatchObject({ key: { namespace: 'shop', name: 'backup-key', key: 'identity' }, staging: { bytes: 2 * gib } });
    const onVolume = readRestore({ artifact: { volume: { namespace: 'shop', claim: 'b' } } });
    const clear = { ...there, backup: { ...there.backup!, encrypted: false } };
    expect(inputOf(planDatabaseRestore(onVolume, clear), 'restore/orders')).not.toHaveProperty('staging');
  });

  test('a finalize drops what was replaced, by the name under which it was put aside, and no other', () => {
    const made = planFinalize({ run: 'r1', title: 'Restore', locks: plan.locks }, { kind: 'DatabaseRestore', spec: readRestore(), replaced: ['orders'] });
    expect(stepsOf(made).map(({ step, input }) => [step, (input as { readonly database?: string }).database])).toEqual([
      ['dropReplacedDatabase', 'rehelm_replaced_orders'],
      ['cleanCopies', undefined],
    ]);
  });

  test.each([
    [{ databases: [{ from: 'a', to: 'repmgr' }] }, "databases.0.to: repmgr is the server's own"],
    [
      {
        databases: [
          { from: 'a', to: 'x' },
          { from: 'b', to: 'x' },
        ],
      },
      'databases.1.to: database x is listed twice',
    ],
    [{ databases: [{ from: 'a', to: 'x'.repeat(47) }] }, 'expected at most 46 bytes'],
    [{ backup: '../b1' }, 'expected the name of a backup'],
    [{ databases: [{ from: 'a', to: 'x', replace: false }] }, 'databases.0.replace'],
  ])('%j is refused', (more, message) => expect(() => readRestore(more)).toThrow(message));
});

describe('of MongoDB', () => {
  const server = { engine: 'mongodb', at: { service: 'shop/mongodb', admin: { secretRef: { namespace: 'shop', name: 'root' } } } };
  const artifact = { volume: { namespace: 'shop', claim: 'b' } };
  const tools = { image: 'mongo:7.0' };
  const { encrypt: _, ...plain } = backup;
  const { decrypt: __, ...open } = restore;
  const readOne = (more: object = {}) => readSpec(databaseBackupSchema, { ...plain, server, artifact, tools, ...more });
  const readBack = (more: object = {}) =>
    readSpec(databaseRestoreSchema, { ...open, server, artifact, tools, databases: [{ from: 'orders', to: 'again' }], ...more });
  const archived: DatabaseRestoreInventory = { ...there, taken: [], backup: { ...there.backup!, engine: 'mongodb', format: 'archive', encrypted: false } };

  test('a backup is made where it stays, in the image that is named, and its plan says what it is not', () => {
    const plan = planDatabaseBackup(readOne(), found);
    expect(stepsOf(plan).map(({ id }) => id)).toEqual(['volume', 'dump', 'verify']);
    expect(inputOf(plan, 'dump')).toMatchObject({ mongo: { image: 'mongo:7.0', bytes: 5368709120 + 262144000 }, server: { host: 'mongodb.shop.svc:27017' } });
    expect(inputOf(plan, 'dump')).not.toHaveProperty('staging');
    expect(plan.notes.join('\n')).toMatch(/Collections are read one after another.*\nUsers and roles are not in it/s);
    expect(plan.notes.join('\n')).not.toMatch(/as it stood at one moment|passwords/);
  });

  test('a restore has its name from the beginning, and hands it over at the commit, so that a rollback after it asks', () => {
    const plan = planDatabaseRestore(readBack(), archived);
    expect(stepsOf(plan).map(({ id, step }) => [id, step])).toEqual([
      ['backup', 'verifyBackup'],
      ['restore/again', 'restoreDatabase'],
      ['verify/again', 'verifyRestored'],
      ['release', 'releaseDatabases'],
    ]);
    expect(plan.phases.map(({ gate, commits }) => [gate, commits])).toEqual([
      ['start', undefined],
      ['commit', true],
    ]);
    expect(inputOf(plan, 'restore/again')).toMatchObject({ to: 'again', mongo: tools });
    expect(inputOf(plan, 'verify/again')).not.toHaveProperty('mongo');
    expect(plan.notes).toContainEqual(expect.stringMatching(/^The backup was made by mongodump .* from MongoDB /));
    const finalized = planFinalize({ run: 'r1', title: 'Restore', locks: plan.locks }, { kind: 'DatabaseRestore', spec: readBack(), replaced: [] });
    expect(stepsOf(finalized).map(({ step }) => step)).toEqual(['cleanCopies']);
  });

  test.each([
    [{ tools: undefined }, "tools: name the image with MongoDB's tools"],
    [{ artifact: { s3 } }, 'artifact.s3: mongodump reads and writes files: keep the backup on a volume, and copy that to S3'],
    [{ artifact: { ...artifact, staging: { storageClass: 'fast' } } }, 'artifact.staging'],
    [{ format: 'plain' }, "format: a backup of MongoDB is mongodump's archive"],
    [{ encrypt: backup.encrypt }, 'encrypt: archives of MongoDB are not encrypted: give the volume a storage class that encrypts'],
    [{ databases: ['admin'] }, "databases.0: admin is the server's own"],
  ])('a backup with %j is refused', (more, message) => expect(() => readOne(more)).toThrow(message));

  test.each([
    [{ databases: [{ from: 'a', to: 'x', replace: true }] }, 'databases.0.replace: MongoDB gives no database another name: restore x under one that is free'],
    [{ databases: [{ from: 'a', to: 'config' }] }, "databases.0.to: config is the server's own"],
    [{ decrypt: restore.decrypt }, 'decrypt: no backup of MongoDB is encrypted'],
    [{ tools: undefined }, 'tools: name the image'],
  ])('a restore with %j is refused', (more, message) => expect(() => readBack(more)).toThrow(message));
});
