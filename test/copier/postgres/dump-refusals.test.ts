import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
