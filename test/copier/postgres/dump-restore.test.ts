import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupPlace } from '../../../src/model/backup.js';
import { describeWithS3, type S3Server, startS3 } from '../../support/s3-server.js';
import { scratchFolder } from '../../support/scratch-folder.js';
import { dumpOf, newKey, restoreOf, volume } from './support/backups.js';
import { run } from './support/run.js';
import { describeWithPostgres, type Major, type Postgres, startPostgres } from './support/server.js';
import { databaseOf, shop } from './support/shop.js';

async function startShop(major: Major): Promise<Postgres> {
  const server = await startPostgres(major);
  await server.query('postgres', 'CREATE DATABASE shop');
  await server.query('shop', shop);
  await server.query('postgres', databaseOf('shop'));
  return server;
}

const cases = [
  { from: 11, to: 15, format: 'directory', sealed: false },
  { from: 15, to: 18, format: 'plain', sealed: true },
] as const;

describe.each(cases)('a backup of PostgreSQL $from, restored in $to, $format, encrypted: $sealed', ({ from, to, format, sealed }) => {
  describeWithPostgres(from, to)('on a volume', () => {
    let [source, target]: Postgres[] = [];
    beforeAll(async () => {
      [source, target] = await Promise.all([startShop(from), startPostgres(to)]);
    }, 60_000);
    afterAll(() => Promise.all([source?.stop(), target?.stop()]));

    test('is equal in everything, though users wrote all the time', async () => {
      const { identity, recipient } = await newKey();
      const staging = scratchFolder('staging');
      const secrets = sealed ? { identity } : {};
      const place = volume();
      const over = new AbortController();
      const writer = (async () => {
        for (let id = 0; !over.signal.aborted; id++) {
          await source!.query('shop', `INSERT INTO sales.orders (customer, total, filler) VALUES (1, ${id}, 'late')`);
          await sleep(2);
        }
      })();
      const dumped = await run(dumpOf(source!.at, { place, format, recipients: sealed ? [recipient] : [], ...(sealed && { staging }) }));
      over.abort();
      await writer;
      expect(dumped).toMatchObject({ backup: 'b1', encrypted: sealed, databases: [{ name: 'shop', tables: 8 }] });
      const [now] = await source!.query<{ rows: number }>('shop', 'SELECT count(*)::int AS rows FROM sales.orders');
      expect(now!.rows).toBeGreaterThan(20_000);

      await run({ engine: 'postgresql', verb: 'checkBackup', at: target!.at, place, backup: 'b1', ...secrets });
      const request = restoreOf(target!.at, { place, staging, ...secrets });
      const restored = await run(request);
      expect(restored).toMatchObject({ rows: dumped.databases[0]!.rows, tables: 8, roles: { made: ['shop_owner', 'shop_readers', 'shop_report'] } });
      const verify = { ...request, verb: 'verifyRestored' as const };
      expect(await run(verify)).toMatchObject({ equal: true, differences: [] });

      await target!.query(
        'shop_restored',
        `UPDATE sales.orders SET total = total + 1 WHERE id = 7; DROP INDEX sales.orders_state; SELECT setval('sales.ticket', 7)`,
      );
      const { equal, differences } = await run(verify);
      expect([equal, ...differences]).toEqual([
        false,
        'sales.orders: as many rows in both, but with other contents.',
        'INDEX sales orders_state: only in the source.',
        'Sequence sales.ticket: at 105 in the backup, at 7 in the database.',
      ]);
      expect(await run(request)).toMatchObject({ rows: dumped.databases[0]!.rows });
      expect(await run(verify)).toMatchObject({ equal: true });
    }, 120_000);
  });
});

describeWithPostgres(15)('a backup of a server that stamps its columns', () => {
  let server: Postgres;
  /** As a row of a dump, it is a user's. */
  const row = 'ALTER TABLE ONLY stamped.t ALTER COLUMN id SET (pg_attver=1);';
  beforeAll(async () => {
    server = await startPostgres(15);
    await server.query('postgres', 'CREATE DATABASE stamped');
    const shopOf = `CREATE SCHEMA stamped; CREATE TABLE stamped.t (id int PRIMARY KEY, says text); ALTER TABLE stamped.t ALTER says SET (n_distinct = 5);
      CREATE TABLE stamped.words (says text); INSERT INTO stamped.words VALUES ('${row}'); INSERT INTO stamped.t VALUES (2, E'a\\r\\nb'), (3, repeat('é', 100000)); SELECT lo_from_bytea(0, 'large');
      CREATE ROLE stamp_reader; GRANT SELECT ON stamped.t TO stamp_reader; COMMENT ON TABLE stamped.t IS 'a comment';
      CREATE MATERIALIZED VIEW stamped.v AS SELECT count(*) FROM stamped.t`;
    await server.query('stamped', shopOf);
    // As Debian's 15.20 does it: nothing that ALTER TABLE takes.
    await server.query(
      'stamped',
      `UPDATE pg_attribute SET attoptions = coalesce(attoptions, '{}') || '{pg_attver=30889360}' WHERE attrelid = 'stamped.t'::regclass AND attnum > 0`,
    );
  }, 60_000);
  afterAll(() => server?.stop());

  test.each(['directory', 'plain'] as const)(
    'comes back elsewhere without them, %s, and whole',
    async (format) => {
      const place = volume();
      await run(dumpOf(server.at, { place, format, databases: ['stamped'] }));
      const request = restoreOf(server.at, { place, from: 'stamped', to: `again_${format}` });
      await run(request);
      expect(await run({ ...request, verb: 'verifyRestored' })).toMatchObject({ equal: true, differences: [] });
      const options = `SELECT attname, attoptions FROM pg_attribute WHERE attrelid = 'stamped.t'::regclass AND attnum > 0 ORDER BY attnum`;
      expect(await server.query(`again_${format}`, options)).toEqual([
        { attname: 'id', attoptions: null },
        { attname: 'says', attoptions: ['n_distinct=5'] },
      ]);
      expect(await server.query(`again_${format}`, 'SELECT says FROM stamped.words')).toEqual([{ says: row }]);
    },
    60_000,
  );
});

describeWithPostgres(16)('a backup of PostgreSQL', () => {
  describeWithS3()('in S3-compatible storage', () => {
    let server: Postgres;
    let s3: S3Server;
    beforeAll(async () => {
      [server, s3] = await Promise.all([startShop(16), startS3()]);
    }, 60_000);
    afterAll(() => Promise.all([server?.stop(), s3?.stop()]));

    test('comes back by way of a folder of the pod, opened there and gone after it', async () => {
      const { identity, recipient } = await newKey();
      const place: BackupPlace = s3.place();
      const staging = scratchFolder('staging');
      const dumped = await run(dumpOf(server.at, { place, recipients: [recipient], staging }));
      expect(dumped.parts).toBeGreaterThan(8);
      const found = await run({ engine: 'postgresql', verb: 'findBackup', at: server.at, place, backup: 'b1' });
      expect(found).toEqual({
        found: expect.objectContaining({ backup: 'b1', encrypted: true, bytes: dumped.bytes }),
        backups: ['b1'],
        heldBytes: expect.any(Number),
      });
      const request = restoreOf(server.at, { place, staging, identity });
      await run(request);
      expect(await run({ ...request, verb: 'verifyRestored' })).toMatchObject({ equal: true, differences: [] });
      expect(readdirSync(staging, { recursive: true }).filter((name) => /dat|sql|json/.test(String(name)))).toEqual([]);
      await run({ engine: 'postgresql', verb: 'removeBackup', at: server.at, place, backup: 'b1' });
      expect(await run({ engine: 'postgresql', verb: 'findBackup', at: server.at, place, backup: 'b1' })).toEqual({ backups: [], heldBytes: 0 });
    }, 120_000);
  });
});
