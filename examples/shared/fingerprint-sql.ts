/** Tables of the product's own data, with the columns that are looked at. What a later version adds is left out by looking with an earlier one's. */
export type Columns = Readonly<Record<string, readonly string[]>>;

/** Of a table: how many rows, and an md5 over all of them in whatever order. */
export interface TableFingerprint {
  readonly rows: number;
  readonly md5: string;
}

/** Answers one JSON value: Columns, without the table in which migrations count. */
export const columnsSql = `
SELECT json_object_agg(table_name, columns ORDER BY table_name) FROM (
  SELECT table_name, json_agg(column_name ORDER BY ordinal_position) AS columns
  FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
  WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'schema_migrations' GROUP BY table_name
) AS each`;

/** Answers one JSON value: by table a TableFingerprint. Sums 64 bits of each row's md5, so the order of rows does not count. */
export function fingerprintSql(columns: Columns): string {
  const quoted = (name: string) => `"${name}"`;
  const tables = Object.entries(columns).map(
    ([table, names]) => `SELECT '${table}' AS name, count(*) AS rows,
    coalesce(sum(('x' || left(md5(ROW(${names.map(quoted).join(', ')})::text), 16))::bit(64)::bigint::numeric), 0) AS total FROM ${quoted(table)}`,
  );
  return `SET timezone = 'UTC'; SELECT json_object_agg(name, json_build_object('rows', rows, 'md5', md5(rows || ' ' || total)) ORDER BY name) FROM (${tables.join(' UNION ALL ')}) AS each`;
}

/** Answers one JSON value: by sequence its last value. */
export const sequencesSql = `SELECT coalesce(json_object_agg(sequencename, last_value ORDER BY sequencename), '{}') FROM pg_sequences WHERE schemaname = 'public'`;
