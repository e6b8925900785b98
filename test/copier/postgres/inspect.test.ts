import { chownSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describePostgres } from '../../../src/activities/copier/describe-inspection.js';
import type { PostgresDatabaseInspection } from '../../../src/model/copier-postgres.js';
import { startPublisher } from './support/precopy.js';
import { run } from './support/run.js';
import { describeWithPostgres, nobody, type Postgres } from './support/server.js';
import { databaseOf, shop } from './support/shop.js';

describeWithPostgres(16)('an inspection of PostgreSQL', () => {
  let server: Postgres;
  let found: PostgresDatabaseInspection;
  let absent: PostgresDatabaseInspection;

  beforeAll(async () => {
    server = await startPublisher(16);
    const space = join(dirname(server.data), 'fast');
    mkdirSync(space);
    if (nobody.uid !== undefined && nobody.gid !== undefined) chownSync(space, nobody.uid, nobody.gid);
    await server.query('postgres', `CREATE TABLESPACE fast LOCATION '${space}'`);
    await server.query('postgres', `CREATE DATABASE shop TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`);
    await server.query('shop', shop);
    await server.query('postgres', databaseOf('shop'));
    await server.query(
      'shop',
      `CREATE INDEX orders_fast ON sales.orders (customer) TABLESPACE fast; CREATE EXTENSION vector VERSION '${await newest()}';
       CREATE FOREIGN DATA WRAPPER plain; CREATE SERVER away FOREIGN DATA WRAPPER plain; CREATE FOREIGN TABLE sales.far (id integer) SERVER away`,
    );
    await server.query('shop', `SELECT pg_create_logical_replication_slot('cdc', 'pgoutput'); ANALYZE`);
    const { databases, systemIdentifier } = await run({ engine: 'postgresql', verb: 'inspect', at: server.at, databases: ['shop', 'nothing'] });
    expect(await server.query('postgres', 'SELECT system_identifier::text AS id FROM pg_control_system()')).toEqual([{ id: systemIdentifier }]);
    [found, absent] = [databases[0]!, databases[1]!];
  }, 60_000);

  afterAll(() => server?.stop());

  const newest = async (): Promise<string> => {
    const [row] = await server.query<{ version: string }>('postgres', `SELECT default_version AS version FROM pg_available_extensions WHERE name = 'vector'`);
    return row?.version ?? '';
  };

  test('finds one of everything in the shop, by the numbers and names that the server has itself', async () => {
    const [size] = await server.query<{ bytes: string; orders: string; old: string }>(
      'shop',
      `SELECT pg_database_size('shop') AS bytes, pg_table_size('sales.orders') AS orders, (SELECT count(*) FROM sales.event_2025) AS old`,
    );
    const { tables, bytes, notes, ...rest } = found;
    expect(Math.abs(bytes - Number(size?.bytes))).toBeLessThan(1024 ** 2);
    expect(tables.map(({ schema, name, rows }) => [`${schema}.${name}`, rows])).toEqual([
      ['sales.Odd "Name"', 2],
      ['sales.cache', 2],
      ['sales.child', 1],
      ['sales.customer', 302],
      ['sales.event_2025', Number(size?.old)],
      ['sales.event_2026', 400 - Number(size?.old)],
      ['sales.orders', 20_000],
      ['sales.parent', 1],
    ]);
    expect(tables.find(({ name }) => name === 'orders')?.bytes).toBe(Number(size?.orders));
    expect(rest).toEqual({
      name: 'shop',
      exists: true,
      encoding: 'UTF8',
      collation: 'C',
      owner: 'shop_owner',
      extensions: [
        { name: 'plpgsql', version: '1.0' },
        { name: 'vector', version: await newest() },
      ],
      largeObjects: 20,
      unloggedTables: ['sales.cache'],
      foreignTables: ['sales.far'],
      replicationSlots: ['cdc'],
      tablespaces: ['fast'],
      roles: ['shop_owner', 'shop_readers', 'shop_report'],
      problems: [],
    });
    expect(notes).toEqual([
      'Foreign tables are defined anew; their rows stay where they are: sales.far.',
      'Replication slots stay behind: cdc.',
      'Tablespaces stay behind, what lies in them goes where the target puts it by default: fast.',
    ]);
  });

  test('is told to a reader in a few lines', async () => {
    expect(describePostgres(found)).toEqual([
      expect.stringMatching(/^\d+\.\d MiB with indexes, encoding UTF8, collation C, owner shop_owner$/),
      '8 tables with about 20708 rows',
      expect.stringMatching(/^largest: sales\.orders \(\d+\.\d MiB\), sales\.customer \(.*\) and 2 more$/),
      '20 large objects',
      `extensions: plpgsql 1.0, vector ${await newest()}`,
      'roles: shop_owner, shop_readers, shop_report',
      'unlogged tables: sales.cache',
      'foreign tables: sales.far',
      'replication slots: cdc',
      'tablespaces: fast',
    ]);
    expect(describePostgres(absent)).toEqual([]);
  });

  test('is told in a few lines of a database of thousands of things, too', () => {
    const many = (what: string) => Array.from({ length: 5000 }, (_, index) => `${what}_${'x'.repeat(50)}_${index}`);
    const tables = many('table').map((name, index) => ({ schema: 's'.repeat(63), name, rows: 1, bytes: index + 1 }));
    const extensions = many('extension').map((name) => ({ name, version: '1' }));
    const names = { roles: many('role'), unloggedTables: many('u'), foreignTables: many('f'), replicationSlots: many('slot'), tablespaces: many('space') };
    const facts = describePostgres({ ...found, ...names, tables, extensions });
    expect(JSON.stringify(facts).length).toBeLessThan(5000);
    expect(facts).toContainEqual(expect.stringMatching(/^largest: s+\.table_x+_4999 \(.* and 4994 more$/));
  });
});
