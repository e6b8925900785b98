import { openPostgres } from '../../../src/adapters/postgres/open.js';
import type { PostgresSession } from '../../../src/adapters/postgres/session.js';
import { describeRange, findRange } from '../../../src/copier/postgres/find-range.js';
import { conditionOf, planTable, wholeKey } from '../../../src/copier/postgres/plan-units.js';
import { type DataTable, quoteTable, readTables } from '../../../src/copier/postgres/tables.js';
import type { KeyPart } from '../../../src/copier/postgres/unit.js';
import { describeWithPostgres, type Postgres, startPostgres } from './support/server.js';

const rows = 4000;

/** Each with another key; the words make them big enough to be cut. */
const tables = `
  CREATE TABLE by_number (id bigint PRIMARY KEY, words text);
  CREATE TABLE by_pair (tenant integer, id text, words text, PRIMARY KEY (tenant, id));
  CREATE TABLE by_one_tenant (tenant integer, id numeric, words text, PRIMARY KEY (tenant, id));
  CREATE TABLE by_text (id varchar(40) PRIMARY KEY, words text);
  CREATE TABLE by_day (id text, day date NOT NULL, words text);
  CREATE INDEX ON by_day (day) INCLUDE (id);
  CREATE TABLE by_day_or_id (id text PRIMARY KEY, day date NOT NULL, words text);
  CREATE INDEX ON by_day_or_id (day, id);
  CREATE TABLE by_tenant_and_float (tenant integer, id float8, words text, PRIMARY KEY (tenant, id));
  CREATE TABLE by_hash (id text NOT NULL, number integer NOT NULL, words text);
  CREATE INDEX ON by_hash USING hash (number);
  CREATE INDEX ON by_hash (number DESC);
  CREATE INDEX ON by_hash (id text_pattern_ops);
  CREATE INDEX ON by_hash (id COLLATE "C");
  CREATE INDEX ON by_hash (lower(id), number);
  CREATE INDEX ON by_hash (number) WHERE number > 5;
  INSERT INTO by_number SELECT i, repeat('x', 200) FROM generate_series(1, ${rows}) i;
  INSERT INTO by_pair SELECT i * i / ${rows}, i, repeat('x', 200) FROM generate_series(1, ${rows}) i;
  INSERT INTO by_one_tenant SELECT 7, i, repeat('x', 200) FROM generate_series(1, ${rows}) i;
  INSERT INTO by_text SELECT i || ' it''s a \\back\\slash', repeat('x', 200) FROM generate_series(1, ${rows}) i;
  INSERT INTO by_day SELECT i, date '2020-01-01' + i / 40, repeat('x', 200) FROM generate_series(1, ${rows}) i;
  INSERT INTO by_day_or_id SELECT * FROM by_day;
  INSERT INTO by_tenant_and_float SELECT i / 40, i, repeat('x', 200) FROM generate_series(1, ${rows}) i;
  INSERT INTO by_hash SELECT i, i, repeat('x', 200) FROM generate_series(1, ${rows}) i;
  ANALYZE;`;

describeWithPostgres(12)('a server that reads no range of blocks by itself', () => {
  let server: Postgres;
  let [source, target]: PostgresSession[] = [];
  let found: ReadonlyMap<string, DataTable>;
  const open = (database: string) => openPostgres(server.at, { database, applicationName: 'test', readOnly: true });

  beforeAll(async () => {
    server = await startPostgres(12);
    for (const database of ['old', 'new']) {
      await server.query('postgres', `CREATE DATABASE ${database}`);
      await server.query(database, tables);
    }
    await server.query('new', `UPDATE by_number SET words = 'y' WHERE id = 3210; UPDATE by_pair SET words = 'y' WHERE id = '2000'`);
    await server.query('new', `UPDATE by_one_tenant SET words = 'y' WHERE id = 2000; DELETE FROM by_text WHERE id LIKE '2000 %'`);
    await server.query('new', `UPDATE by_hash SET words = 'y' WHERE number = 2000`);
    [source, target] = await Promise.all([open('old'), open('new')]);
    found = new Map((await readTables(source)).map((table) => [table.name, table]));
  }, 60_000);
  afterAll(async () => {
    await Promise.all([source?.close(), target?.close()]);
    await server?.stop();
  });

  /** How many rows each unit has. */
  async function cut(name: string): Promise<readonly number[]> {
    const table = found.get(name)!;
    const units = await planTable(source!, table, table.bytes / 8);
    return Promise.all(
      units.map(async ({ part }) => {
        const where = conditionOf(part);
        const [{ count }] = (await source!.query(`SELECT count(*) FROM ${quoteTable(table)}${where && ` WHERE ${where}`}`)) as [{ count: string }];
        return Number(count);
      }),
    );
  }

  test.each([
    ['by_number', 8, 500],
    ['by_pair', 8, 500],
    ['by_one_tenant', 8, 500],
    ['by_text', 8, 500],
    ['by_day', 8, 540],
    ['by_day_or_id', 8, 500],
    ['by_tenant_and_float', 8, 540],
    ['by_hash', 1, rows],
  ])('cuts %s into %i units of at most %i rows, and leaves none out', async (name, units, most) => {
    const counts = await cut(name);
    expect(counts).toHaveLength(units);
    expect(counts.reduce((all, one) => all + one, 0)).toBe(rows);
    expect(Math.max(...counts)).toBeLessThanOrEqual(most);
  });

  test('walks an index, whatever its columns are', async () => {
    const { key } = found.get('by_pair')!;
    const part: KeyPart = { ...wholeKey(key!), from: ['1', '70'], below: ['1', '80'] };
    await source!.query('SET enable_seqscan = off');
    const plan = await source!.query<{ 'QUERY PLAN': string }>(`EXPLAIN SELECT * FROM public.by_pair WHERE ${conditionOf(part)} ORDER BY tenant, id LIMIT 1`);
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toMatch(/Index Scan using by_pair_pkey[\s\S]*Index Cond: .*ROW\(tenant, id\) >=/);
  });

  test('names the range of a difference by its key, or by its place where a key is its users’ own', async () => {
    const places = await Promise.all(
      ['by_number', 'by_one_tenant', 'by_pair', 'by_text', 'by_hash'].map((name) => findRange(source!, target!, found.get(name)!)),
    );
    const [number, one, pair, text, none] = places;
    expect(describeRange(number!)).toMatch(/^Where "id" >= '3[12]\d\d'::bigint AND "id" < '32\d\d'::bigint\.$/);
    expect(describeRange(one!)).toMatch(/^Where \("tenant", "id"\) >= \('7'::integer, '19\d\d'::numeric\) AND /);
    expect(describeRange(pair!)).toMatch(/^Among rows 19\d\d to 20\d\d in the order of "tenant", "id"\.$/);
    const [, first, last] = /^Among rows (\d+) to (\d+) in the order of "id"\.$/.exec(describeRange(text!)) ?? [];
    const [{ place }] = (await source!.query(`SELECT count(*) AS place FROM public.by_text WHERE id <= '2000 z'`)) as [{ place: string }];
    expect(Number(first)).toBeLessThanOrEqual(Number(place));
    expect(Number(last)).toBeGreaterThanOrEqual(Number(place));
    expect(none).toBeUndefined();
  });
});
