import { type Postgres, startPostgres } from '../../test/copier/postgres/support/server.js';

/** On both servers, for every contender: what is committed is on disk, and may be replicated. */
const settings = {
  ...{ fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on', wal_level: 'replica' },
  ...{ shared_buffers: '256MB', max_wal_size: '4GB', checkpoint_timeout: '15min', autovacuum: 'off' },
} as const;

/** What a report says of the servers and of what is copied. */
export const described = {
  servers: 'PostgreSQL 16 to 18, their programs those of 18',
  settings,
  row: 'id bigint, customer bigint (random), placed_at timestamptz, state text (one of 4), total numeric(12,2), note text of 200 characters (hex)',
  indexes: 'PRIMARY KEY (id), btree (customer, placed_at)',
} as const;

export interface Scene {
  readonly source: Postgres;
  readonly target: Postgres;
  stop(): Promise<void>;
}

export async function openScene(): Promise<Scene> {
  const [source, target] = await Promise.all([startPostgres(16, [], settings), startPostgres(18, [], settings)]);
  return {
    source,
    target,
    async stop() {
      await Promise.all([source.stop(), target.stop()]);
    },
  };
}

/** A server at work writes over log files that it has had before; a new one fills them with zeros first, which would be the first contender's to pay. */
export async function warm({ target }: Scene, mebibytes: number): Promise<void> {
  await target.query('postgres', `CREATE TABLE warm AS SELECT i, repeat('x', 1000) AS words FROM generate_series(1, ${mebibytes * 1024}) i`);
  await target.query('postgres', 'DROP TABLE warm');
  await target.query('postgres', 'CHECKPOINT');
}

const tableName = (number: number): string => `orders_${number}`;
export const tableNames = (tables: number): readonly string[] => Array.from({ length: tables }, (_, index) => tableName(index + 1));

const rowBytes = 292;
const portions = 20;

/** Contents do not matter to anybody here but by their size; keys and index columns differ in every row. */
const portion = (table: string, rows: number, number: number): string => `
  INSERT INTO ${table}
  SELECT ${rows * number} + i, (random() * 1e9)::bigint, '2024-01-01'::timestamptz + (${rows * number} + i) * interval '1.7 s',
    (ARRAY['new', 'paid', 'shipped', 'returned'])[1 + i % 4], (random() * 1e5)::numeric(12, 2), notes[1 + i % 1000] || md5(i::text)
  FROM generate_series(1, ${rows}) i, (SELECT array_agg(left(repeat(md5(n::text), 6), 168)) AS notes FROM generate_series(1, 1000) n) known`;

/** A database of so many tables, of so many MiB each. */
export async function fill({ source }: Scene, database: string, tables: number, mebibytes: number): Promise<void> {
  await source.query('postgres', `CREATE DATABASE ${database}`);
  const rows = Math.ceil((mebibytes * 1024 * 1024) / rowBytes / portions);
  for (const table of tableNames(tables)) {
    await source.query(
      database,
      `CREATE TABLE ${table} (id bigint, customer bigint NOT NULL, placed_at timestamptz NOT NULL, state text, total numeric(12, 2), note text)`,
    );
    for (let number = 0; number < portions; number++) await source.query(database, portion(table, rows, number));
    await source.query(database, `ALTER TABLE ${table} ADD PRIMARY KEY (id); CREATE INDEX ON ${table} (customer, placed_at)`);
    await source.query(database, `VACUUM ANALYZE ${table}`);
  }
  await source.query(database, 'CHECKPOINT');
}

/** What each contender has to leave behind: rows, indexes, persistence. */
export async function outcome({ query }: Pick<Scene['source'], 'query'>, database: string, tables: number): Promise<string> {
  const counts = await Promise.all(tableNames(tables).map((table) => query<{ count: string }>(database, `SELECT count(*) FROM ${table}`)));
  const indexes = await query(
    database,
    `SELECT indexdef, indisvalid, relpersistence FROM pg_indexes JOIN pg_class c ON relname = tablename JOIN pg_index ON indexrelid = indexname::regclass
     WHERE schemaname = 'public' ORDER BY indexname`,
  );
  return JSON.stringify({ rows: counts.map(([row]) => row?.count), indexes });
}
