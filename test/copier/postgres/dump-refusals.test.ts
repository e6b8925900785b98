import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openStore } from '../../../src/adapters/artifacts/open-store.js';
import { ClientPrograms } from '../../../src/adapters/postgres/client-programs.js';
import type { DumpOrder } from '../../../src/adapters/postgres/clients.js';
import type { PostgresContext } from '../../../src/copier/postgres/context.js';
import type { BackupPlace } from '../../../src/model/backup.js';
import { scratchFolder } from '../../support/scratch-folder.js';
import { dumpOf, newKey, restoreOf, volume } from './support/backups.js';
import { run } from './support/run.js';
import { clientFolders, describeWithPostgres, type Postgres, startPostgres } from './support/server.js';

type Clients = PostgresContext['clients'];

/** The real programs, with something done to what pg_dump wrote before anybody looks at it: it ended with 0 all the same. */
function spoiling(spoil: (order: DumpOrder) => void): Clients {
  const clients = new ClientPrograms(clientFolders);
  return {
    majors: () => clients.majors(),
    versionOf: (major) => clients.versionOf(major),
    dumpDefinitions: (...args) => clients.dumpDefinitions(...args),
    dumpStatistics: (...args) => clients.dumpStatistics(...args),
    listArchive: (...args) => clients.listArchive(...args),
    restore: (...args) => clients.restore(...args),
    async dump(at, database, order) {
      await clients.dump(at, database, order);
      spoil(order);
    },
  };
}

const dataFiles = (path: string): readonly string[] =>
  readdirSync(path)
    .filter((name) => name.endsWith('.dat.gz'))
    .map((name) => join(path, name));
/** The biggest: that of the table with rows. */
const biggest = (path: string): string => dataFiles(path).toSorted((a, b) => readFileSync(b).length - readFileSync(a).length)[0]!;

/** With gaps in its numbers, an empty one, one of several owners' groups, and one of two chunks of pg_dump with a hole between. */
const objects = `
  SELECT lo_from_bytea(5000 + 2 * i, decode(md5(i::text), 'hex')) FROM generate_series(1, 30) i;
  SELECT lo_create(4000); SELECT lo_from_bytea(9000, decode(repeat('ab', 30000), 'hex')); SELECT lo_put(9000, 50000, 'end');
  ALTER LARGE OBJECT 5004 OWNER TO keeper; CREATE TABLE item (id integer);
`;

const change = (file: string, edit: (text: string) => string): void => writeFileSync(file, edit(readFileSync(file, 'utf8')));
const listsOf = (path: string): readonly string[] => readdirSync(path).filter((name) => /^blobs.*\.toc$/.test(name));
const listWith = (path: string, oid: number): string =>
  join(path, listsOf(path).find((name) => readFileSync(join(path, name), 'utf8').includes(`${oid} blob_${oid}.dat\n`))!);

/** Of what pg_dump wrote though it ended with 0. */
const spoiltObjects: readonly (readonly [string, 'directory' | 'plain', (path: string) => void, RegExp])[] = [
  ['an object that is missing', 'directory', (path) => rmSync(join(path, 'blob_5006.dat.gz')), /large object 5006: its file is cut off or missing/],
  ['an object that is cut off', 'directory', (path) => truncateSync(join(path, 'blob_9000.dat.gz'), 40), /large object 9000: its file is cut off/],
  ['an object without a byte', 'directory', (path) => truncateSync(join(path, 'blob_9000.dat.gz'), 0), /large object 9000: its file is cut off/],
  [
    'an object that is shorter, though its file is whole',
    'directory',
    (path) => writeFileSync(join(path, 'blob_9000.dat.gz'), gzipSync(Buffer.alloc(50_002))),
    /large object 9000: 50002 bytes are in the dump, 50003 in the database/,
  ],
  [
    'a list without an object',
    'directory',
    (path) => change(listWith(path, 5040), (text) => text.replace('5040 blob_5040.dat\n', '')),
    /large object 5040 is not in both/,
  ],
  [
    'a list without its last object',
    'directory',
    (path) => change(listWith(path, 9000), (text) => text.replace('9000 blob_9000.dat\n', '')),
    /large object 9000 is not in/,
  ],
  [
    'a list with an object twice',
    'directory',
    (path) => change(listWith(path, 5040), (text) => `${text}5040 blob_5040.dat\n`),
    /large object 5040 is not in both .* once/,
  ],
  [
    'a list with an object that is none',
    'directory',
    (path) => change(listWith(path, 9000), (text) => `${text}9002 blob_9002.dat\n`),
    /large object 9002 is in the dump, and/,
  ],
  [
    'a list that is cut off',
    'directory',
    (path) => change(listWith(path, 9000), (text) => text.slice(0, -1)),
    /blobs.*\.toc, a list of large objects, is cut off/,
  ],
  ['a list that is missing', 'directory', (path) => rmSync(listWith(path, 5004)), /blobs.*\.toc, a list of large objects, is missing/],
  [
    'no object',
    'plain',
    (path) => change(path, (text) => text.replace(/SELECT pg_catalog.lo_open\('5006'.*\n.*\n.*\n/, '')),
    /large object 5006 is not in both/,
  ],
  [
    'half an object',
    'plain',
    (path) => change(path, (text) => text.replace(/(lo_open\('9000'.*\nSELECT pg_catalog.lowrite.*\n)SELECT pg_catalog.lowrite.*\n/, '$1')),
    /large object 9000: \d+ bytes are in the dump, 50003 in the database/,
  ],
];

describe.each([16, 18] as const)('large objects in a dump of PostgreSQL %i', (major) => {
  describeWithPostgres(major)('are all looked for', () => {
    let server: Postgres;
    beforeAll(async () => {
      server = await startPostgres(major);
      await server.query('postgres', 'CREATE ROLE keeper');
      await server.query('postgres', 'CREATE DATABASE files');
      await server.query('files', objects);
    }, 60_000);
    afterAll(() => server?.stop());

    const dump = (format: 'directory' | 'plain', context: Partial<PostgresContext> = {}) => run(dumpOf(server.at, { format, databases: ['files'] }), context);

    test.each(['directory', 'plain'] as const)(
      'and found where they are: %s',
      async (format) => {
        let lists = 0;
        const clients = spoiling(({ path }) => {
          if (format === 'directory') lists = listsOf(path).length;
        });
        await dump(format, { clients });
        expect(lists).toBe({ directory: major < 17 ? 1 : 2, plain: 0 }[format]);
      },
      30_000,
    );

    test.each(spoiltObjects)(
      '%s (%s), though pg_dump ended with 0',
      async (_, format, spoil, words) => {
        const error: unknown = await dump(format, { clients: spoiling(({ path }) => spoil(path)) }).catch((caught: unknown) => caught);
        expect(error).toMatchObject({ type: 'DumpIncomplete', message: expect.stringMatching(words) });
      },
      30_000,
    );
  });
});

describeWithPostgres(16)('what a backup refuses', () => {
  let server: Postgres;
  beforeAll(async () => {
    server = await startPostgres(16);
    await server.query('postgres', 'CREATE ROLE clerk LOGIN');
    await server.query('postgres', 'CREATE DATABASE shop OWNER clerk');
    await server.query(
      'shop',
      `CREATE TABLE item (id integer PRIMARY KEY, note text); INSERT INTO item SELECT i, 'note ' || i FROM generate_series(1, 5000) i;`,
    );
    await server.query('shop', 'CREATE TABLE bare (); INSERT INTO bare DEFAULT VALUES; CREATE TABLE empty (id integer)');
  }, 60_000);
  afterAll(() => server?.stop());

  const dump = (more: Parameters<typeof dumpOf>[1] = {}, context: Partial<PostgresContext> = {}) => run(dumpOf(server.at, more), context);
  const filesOf = (place: BackupPlace) => openStore(place).list('');

  const spoils: readonly (readonly [string, 'directory' | 'plain', (order: DumpOrder) => void, RegExp])[] = [
    ['that is not there', 'directory', ({ path }) => rmSync(path, { recursive: true }), /wrote nothing of shop/],
    ['without a table of contents', 'directory', ({ path }) => truncateSync(join(path, 'toc.dat'), 0), /wrote nothing/],
    ['with half a table of contents', 'directory', ({ path }) => truncateSync(join(path, 'toc.dat'), 900), /pg_restore 16 does not read/],
    ['of which a table is missing', 'directory', ({ path }) => rmSync(biggest(path)), /public\.item: its file is cut off or missing/],
    ['of which a table is cut off', 'directory', ({ path }) => truncateSync(biggest(path), 9000), /public\.item: its file is cut off/],
    ['that is empty', 'plain', ({ path }) => truncateSync(path, 0), /wrote nothing of shop/],
    ['without its last words', 'plain', ({ path }) => truncateSync(path, readFileSync(path).length - 200), /before pg_dump says that it is complete/],
    [
      'that lacks a row',
      'plain',
      ({ path }) => writeFileSync(path, readFileSync(path, 'utf8').replace('42\tnote 42\n', '')),
      /public\.item: 4999 rows are in the dump, 5000 in/,
    ],
    ['that has the rows of no table', 'plain', ({ path }) => writeFileSync(path, readFileSync(path, 'utf8').replaceAll('FROM stdin;', '')), /rows of 0 tables/],
  ];

  test.each(spoils)(
    'a dump %s (%s), though it ended with 0',
    async (_, format, spoil, words) => {
      const place = volume();
      const error: unknown = await dump({ place, format }, { clients: spoiling(spoil) }).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ type: 'DumpIncomplete', message: expect.stringMatching(words) });
      expect(await filesOf(place)).toEqual([]);
    },
    30_000,
  );

  test('where the volume is too small, before a byte is written', async () => {
    const place = volume();
    const full: PostgresContext['openStore'] = (at) => ({ ...openStore(at), freeBytes: async () => 1000 });
    await expect(dump({ place }, { openStore: full })).rejects.toMatchObject({
      type: 'NoSpace',
      message: expect.stringMatching(/needs up to .* 0\.00 GiB are free on the backup's volume/),
    });
    expect(await filesOf(place)).toEqual([]);
  });

  test('a database that is not there, by name', async () => {
    await expect(dump({ databases: ['shop', 'nowhere'] })).rejects.toMatchObject({ type: 'NotFound', message: expect.stringContaining('nowhere') });
  });

  test('to make one anew that is there: it answers that one', async () => {
    const place = volume();
    const first = await dump({ place });
    await server.query('shop', 'INSERT INTO item VALUES (90001)');
    const second = await dump({ place });
    await server.query('shop', 'DELETE FROM item WHERE id = 90001');
    expect(second.databases).toEqual(first.databases);
  }, 30_000);

  test('to leave anything behind of attempts that died', async () => {
    const place = volume();
    await openStore(place).writeOnce('b1/dead-pod/0/dump/toc.dat', randomBytes(1000));
    await openStore(place).writeOnce('.staging/b1/dead-pod/0/dump/toc.dat', randomBytes(1000));
    // Killed before its first file was whole.
    mkdirSync(join(place.folder, 'b1/other-pod/0/dump'), { recursive: true });
    writeFileSync(join(place.folder, 'b1/other-pod/0/dump/toc.dat.1.unfinished'), 'PGD');
    await dump({ place }, { podUid: 'pod-2' });
    const paths = (await filesOf(place)).map(({ path }) => path);
    expect(paths.filter((path) => !path.startsWith('b1/pod-2/') && path !== 'b1/manifest.json')).toEqual([]);
    expect(await openStore(place).unfinished('')).toEqual([]);
  }, 30_000);

  test('of two attempts at once one is the backup, and all of it is there', async () => {
    const place = volume();
    const attempts = await Promise.allSettled(['one', 'two'].map((podUid) => dump({ place, staging: scratchFolder('staging') }, { podUid })));
    expect(attempts.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    await run({ engine: 'postgresql', verb: 'checkBackup', at: server.at, place, backup: 'b1' }).catch((error: unknown) => {
      throw new Error(`it is not whole: ${String(error)}`);
    });
  }, 60_000);

  describe('of one that was kept', () => {
    const check = (place: BackupPlace, more: { readonly identity?: string } = {}) =>
      run({ engine: 'postgresql', verb: 'checkBackup', at: server.at, place, backup: 'b1', ...more });
    const fileOf = async (place: BackupPlace, end: string) =>
      join(place.kind === 'volume' ? place.folder : '', (await filesOf(place)).find(({ path }) => path.endsWith(end))!.path);

    test.each([
      ['a byte changed', (file: string) => writeFileSync(file, readFileSync(file).with(100, readFileSync(file)[100]! ^ 1)), /another SHA-256/],
      ['a byte more', (file: string) => appendFileSync(file, 'x'), /bytes were written|has \d+ bytes/],
      ['a file gone', (file: string) => rmSync(file), /is gone/],
    ])(
      '%s',
      async (_, spoil, words) => {
        const place = volume();
        await dump({ place });
        spoil(await fileOf(place, 'toc.dat'));
        const damaged = { type: 'ArtifactDamaged', message: expect.stringMatching(words) };
        await expect(check(place)).rejects.toMatchObject(damaged);
        await expect(run(restoreOf(server.at, { place }))).rejects.toMatchObject(damaged);
        await run({ engine: 'postgresql', verb: 'drop', at: server.at, run: 'r1', epoch: 1, database: 'shop_restored' });
      },
      30_000,
    );

    test('another key, and none', async () => {
      const [ours, other] = [await newKey(), await newKey()];
      const [place, staging] = [volume(), scratchFolder('staging')];
      await dump({ place, recipients: [ours.recipient], staging });
      await expect(check(place, { identity: other.identity })).rejects.toMatchObject({ type: 'WrongKey' });
      await expect(check(place, { identity: ours.identity })).resolves.toMatchObject({ encrypted: true });
      await expect(run(restoreOf(server.at, { place, staging }))).rejects.toMatchObject({ type: 'WrongKey' });
      await expect(run(restoreOf(server.at, { place, staging, identity: other.identity }))).rejects.toMatchObject({ type: 'WrongKey' });
      const kept = readdirSync((place as { readonly folder: string }).folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      for (const { parentPath, name } of kept.filter((entry) => entry.name !== 'manifest.json'))
        expect(readFileSync(join(parentPath, name)).includes('note 42')).toBe(false);
    }, 60_000);

    test('a backup and a database that it does not hold, with what it does', async () => {
      const place = volume();
      await dump({ place });
      await expect(run(restoreOf(server.at, { place, backup: 'b2' }))).rejects.toMatchObject({ type: 'NotFound', message: expect.stringContaining('b1') });
      await expect(run(restoreOf(server.at, { place, from: 'x' }))).rejects.toMatchObject({ type: 'NotFound', message: expect.stringContaining('holds shop') });
    }, 30_000);
  });
});
