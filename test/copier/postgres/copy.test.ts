import { ClientPrograms } from '../../../src/adapters/postgres/client-programs.js';
import { failure } from '../../../src/errors.js';
import type { PostgresCopyRequest } from '../../../src/model/copier-postgres.js';
import { run } from './support/run.js';
import { clientFolders, describeWithPostgres, type Postgres, startPostgres } from './support/server.js';
import { databaseOf, shop } from './support/shop.js';

/** 11 and 12 have neither ranges of blocks nor 13's names for snapshots. */
const pairs = [
  [11, 15],
  [12, 15],
  [15, 18],
  [16, 17],
] as const;

describe.each(pairs)('from PostgreSQL %i to %i', (from, to) => {
  describeWithPostgres(from, to)('a copy', () => {
    let source: Postgres;
    let target: Postgres;

    beforeAll(async () => {
      [source, target] = await Promise.all([startPostgres(from), startPostgres(to)]);
      await source.query('postgres', 'CREATE DATABASE shop');
      await source.query('shop', shop);
      await source.query('postgres', databaseOf('shop'));
      // Coarser than a target would make it.
      await source.query('shop', 'SET default_statistics_target = 1; ANALYZE sales.orders');
    }, 60_000);

    afterAll(() => Promise.all([source?.stop(), target?.stop()]));

    const request = (more: Partial<PostgresCopyRequest> = {}): PostgresCopyRequest => ({
      ...{ engine: 'postgresql', verb: 'copy', at: target.at, source: source.at, run: 'r1', epoch: 1, step: 's', from: 'shop', to: 'store' },
      ...more,
    });
    const verify = () => run({ engine: 'postgresql', verb: 'verify', at: target.at, source: source.at, from: 'shop', to: 'store' });

    test('is equal in everything', async () => {
      const copied = await run(request({ unitBytes: 1_000_000 }));
      expect(copied).toMatchObject({ source: { database: 'shop' }, unitsResumed: 0, accounting: { bytesCopiedTwice: 0 } });
      const { differences, tables, equal } = await verify();
      expect(differences).toEqual([]);
      expect(equal).toBe(true);
      expect(tables.map(({ name, source: read }) => `${name} ${read?.rows}`)).toEqual([
        ...['sales.Odd "Name" 2', 'sales.cache 2', 'sales.child 1', 'sales.customer 302'],
        ...['sales.event_2025 213', 'sales.event_2026 187', 'sales.orders 20000', 'sales.parent 1'],
      ]);
    }, 60_000);

    test("lets the planner know every table: as the source's did, where the target takes that", async () => {
      const known = await target.query<{ name: string }>('store', "SELECT DISTINCT tablename AS name FROM pg_stats WHERE schemaname = 'sales' ORDER BY 1");
      expect(known.map(({ name }) => name)).toEqual([
        ...['Odd "Name"', 'best', 'cache', 'child', 'customer', 'customer_lower', 'event'],
        ...['event_2025', 'event_2026', 'orders', 'parent'],
      ]);
      const [bounds] = await target.query<{ count: number }>(
        'store',
        "SELECT array_length(histogram_bounds::text::text[], 1) AS count FROM pg_stats WHERE tablename = 'orders' AND attname = 'id'",
      );
      expect(bounds?.count).toBe(to >= 18 ? 2 : 101);
    });

    test('makes statistics itself where those of the source cannot be had', async () => {
      const clients = Object.assign(new ClientPrograms(clientFolders), { dumpStatistics: () => Promise.reject(failure('CopyFailed', 'too much')) });
      await run(request({ run: 'r2', to: 'analyzed' }), { clients });
      const [known] = await target.query<{ count: number }>(
        'analyzed',
        "SELECT count(DISTINCT tablename)::integer AS count FROM pg_stats WHERE schemaname = 'sales'",
      );
      expect(known?.count).toBe(11);
    }, 60_000);
  });
});

describeWithPostgres(16, 18)('columns', () => {
  let older: Postgres;
  let newer: Postgres;

  beforeAll(async () => {
    [older, newer] = await Promise.all([startPostgres(16), startPostgres(18)]);
  }, 60_000);

  afterAll(() => Promise.all([older?.stop(), newer?.stop()]));

  const stored = 'area numeric GENERATED ALWAYS AS (width * height) STORED';

  test.each([
    ['older', stored],
    ['newer', `${stored}, half numeric GENERATED ALWAYS AS (height / 2) VIRTUAL`],
  ])(
    'that are computed are computed anew, tables without any come along: from the %s',
    async (name, computed) => {
      const source = name === 'older' ? older : newer;
      await source.query('postgres', `CREATE DATABASE ${name}`);
      await source.query(
        name,
        `CREATE TABLE field (${computed}, height numeric, width numeric, id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY); CREATE INDEX ON field (area);
       INSERT INTO field (height, width) SELECT i, i / 7.0 FROM generate_series(1, 1000) i; CREATE TABLE bare (); INSERT INTO bare DEFAULT VALUES; INSERT INTO bare DEFAULT VALUES;
       CREATE TABLE computed (one integer GENERATED ALWAYS AS (1) STORED); INSERT INTO computed DEFAULT VALUES`,
      );
      const both = { engine: 'postgresql', at: newer.at, source: source.at, from: name, to: `new_${name}` } as const;
      await run({ ...both, verb: 'copy', run: 'r', epoch: 1, step: 's' });
      expect(await run({ ...both, verb: 'verify' })).toMatchObject({ equal: true, differences: [], rows: 1003 });
      const sum = (server: Postgres, database: string) => server.query(database, 'SELECT sum(area), count(*) FROM field WHERE area > 10');
      expect(await sum(newer, `new_${name}`)).toEqual(await sum(source, name));
    },
    60_000,
  );
});
