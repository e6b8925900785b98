import { openPostgres } from '../../../src/adapters/postgres/open.js';
import type { PostgresSession } from '../../../src/adapters/postgres/session.js';
import { findRange } from '../../../src/copier/postgres/find-range.js';
import { conditionOf, planTable } from '../../../src/copier/postgres/plan-units.js';
import { type DataTable, quoteTable, readTables } from '../../../src/copier/postgres/tables.js';
import { describeWithPostgres, type Postgres, startPostgres } from './support/server.js';

const rows = 4000;

/** Each with another key; the words make them big enough to be cut. */
const tables = `
  CREATE TABLE by_number (id bigint PRIMARY KEY, words text);
  CREATE TABLE by_pair (tenant integer, id text, words text, PRIMARY KEY (tenant, id));
  CREATE TABLE by_one_tenant (tenant integer, id text, words text, PRIMARY KEY (tenant, id));
  CREATE TABLE by_text (id text PRIMARY KEY, words text);
  CREATE TABLE by_day (id text PRIMARY KEY, day date NOT NULL, words text);
  CREATE INDEX ON by_day (day);
  CREATE TABLE by_hash (id text PRIMARY KEY, number integer NOT NULL, words text);
  CREATE INDEX ON by_hash USING hash (number);
  INSERT INTO by_number SELECT i, repeat('x', 200) FROM generate_series(1, ${rows}) i;
  INSERT INTO by_pair SELECT i * i / ${rows}, i, repeat('x', 200) FROM generate_series(1, ${rows}) i;
  INSERT INTO by_one_tenant SELECT 7, i, repeat('x', 200) FROM generate_series(1, ${rows}) i;
  INSERT INTO by_text SELECT i, repeat('x', 200) FROM generate_series(1, ${rows}) i;
  INSERT INTO by_day SELECT i, date '2020-01-01' + i / 40, repeat('x', 200) FROM generate_series(1, ${rows}) i;
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
    await server.query('new', `UPDATE by_one_tenant SET words = 'y' WHERE id = '2000'; UPDATE by_text SET words = 'y' WHERE id = '2000'`);
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
    ['by_pair', 8, 600],
    ['by_day', 8, 540],
    // Two: below the one value there is none.
    ['by_one_tenant', 2, rows],
    ['by_text', 1, rows],
    ['by_hash', 1, rows],
  ])('cuts %s into %i units of at most %i rows, and leaves none out', async (name, units, most) => {
    const counts = await cut(name);
    expect(counts).toHaveLength(units);
    expect(counts.reduce((all, one) => all + one, 0)).toBe(rows);
    expect(Math.max(...counts)).toBeLessThanOrEqual(most);
  });

  test('names the range of a difference, as far as a key tells rows apart', async () => {
    const ranges = await Promise.all(['by_number', 'by_pair', 'by_one_tenant', 'by_text'].map((name) => findRange(source!, target!, found.get(name)!)));
    const [number, pair, one, text] = ranges;
    expect(Number(number?.from)).toBeLessThanOrEqual(3210);
    expect(Number(number?.below)).toBeGreaterThan(3210);
    expect(pair).toMatchObject({ column: 'tenant' });
    expect(Number(pair?.from)).toBeLessThanOrEqual(1000);
    expect(Number(pair?.below)).toBeGreaterThan(1000);
    expect(one).toMatchObject({ column: 'tenant', from: '7' });
    expect(text).toBeUndefined();
  });
});
