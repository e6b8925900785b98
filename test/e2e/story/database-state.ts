import { type Columns, columnsSql, fingerprintSql, sequencesSql, type TableFingerprint } from '../../../examples/shared/fingerprint-sql.js';

/** What a product's database holds. */
export interface DatabaseState {
  readonly columns: Columns;
  readonly tables: Readonly<Record<string, TableFingerprint>>;
  /** Last values; null: never used. */
  readonly sequences: Readonly<Record<string, number | null>>;
}

/** `like`: a state whose tables and columns alone are looked at, as a migration adds some. */
export async function readDatabase(query: (sql: string) => Promise<string>, like?: DatabaseState): Promise<DatabaseState> {
  const columns: Columns = like?.columns ?? JSON.parse(await query(columnsSql));
  return { columns, tables: JSON.parse(await query(fingerprintSql(columns))), sequences: JSON.parse(await query(sequencesSql)) };
}

/** What `of` has and `now` has not, or not so: one sentence each. */
export const differences = (what: string, of: Readonly<Record<string, unknown>>, now: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(of)
    .filter((name) => JSON.stringify(of[name]) !== JSON.stringify(now[name]))
    .map((name) => `${what} ${name}: ${JSON.stringify(of[name])}, now ${JSON.stringify(now[name]) ?? 'absent'}`);

export const databaseDifferences = (before: DatabaseState, after: DatabaseState): readonly string[] => [
  ...differences('table', before.tables, after.tables),
  ...differences('sequence', before.sequences, after.sequences),
];
