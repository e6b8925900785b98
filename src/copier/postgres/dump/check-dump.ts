import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresSession } from '../../../adapters/postgres/session.js';
import { failure } from '../../../errors.js';
import type { BackedUpTable, BackupFormat } from '../../../model/backup.js';
import type { PostgresContext } from '../context.js';
import { showTable } from '../tables.js';
import { bytesInFolder, type HeldObjects, heldInSql, listObjects, requireObjects } from './check-large-objects.js';
import { countInSql, countRowsInFile } from './count-dumped-rows.js';

export interface Dumped {
  readonly database: string;
  readonly format: BackupFormat;
  readonly path: string;
  /** Of the program that dumped. */
  readonly major: number;
}

const show = ({ schema, name }: BackedUpTable): string => `${schema}.${name}`;

function requireRows(table: BackedUpTable, found: number): void {
  if (found !== table.rows) throw failure('DumpIncomplete', `${show(table)}: ${found} rows are in the dump, ${table.rows} in the database`);
}

/** `3456; 0 16401 TABLE DATA sales orders owner`: the table by its number, the file by the entry's. */
const dataEntry = /^(\d+); \d+ (\d+) TABLE DATA /;

async function checkFolder(
  session: PostgresSession,
  clients: PostgresContext['clients'],
  dumped: Dumped,
  tables: readonly BackedUpTable[],
  signal: AbortSignal,
): Promise<HeldObjects> {
  const { path } = dumped;
  const list = await clients.listArchive(dumped.major, path, signal);
  const entries = new Map(list.flatMap(entryOf));
  const oids = await session.query<{ oid: string; schema: string; name: string }>(
    `SELECT c.oid::text AS oid, n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r'`,
  );
  const oidOf = new Map(oids.map((each) => [showTable(each), each.oid]));
  for (const table of tables) {
    const entry = entries.get(oidOf.get(show(table)) ?? '');
    if (entry === undefined) throw failure('DumpIncomplete', `${show(table)} is not in the dump`);
    requireRows(table, await countRowsInFile(join(path, `${entry}.dat.gz`), show(table)));
  }
  return { oids: await listObjects(path, dumped.major, list), bytesOf: (oid) => bytesInFolder(path, oid) };
}

function entryOf(line: string): readonly (readonly [string, string])[] {
  const [, entry = '', oid = ''] = dataEntry.exec(line) ?? [];
  return oid === '' ? [] : [[oid, entry]];
}

/** Names in SQL are quoted by rules of the program's own version, so the counts are compared as a set. */
async function checkSql({ path }: Dumped, tables: readonly BackedUpTable[]): Promise<HeldObjects> {
  const { rows, objects } = await countInSql(path);
  const found = rows.toSorted((a, b) => b - a);
  const wanted = tables.toSorted((a, b) => b.rows - a.rows);
  if (found.length !== wanted.length) throw failure('DumpIncomplete', `the dump has the rows of ${found.length} tables, the database ${wanted.length}`);
  for (const [index, table] of wanted.entries()) requireRows(table, found[index] ?? 0);
  return heldInSql(objects);
}

/** An exit code proves nothing: every table of the snapshot must be in the dump, with every row and its end, and every large object with every byte. DumpIncomplete names the first that is not. */
export async function checkDump(
  session: PostgresSession,
  { clients, signal }: Pick<PostgresContext, 'clients' | 'signal'>,
  dumped: Dumped,
  tables: readonly BackedUpTable[],
): Promise<void> {
  const { path, database, format } = dumped;
  const main = format === 'plain' ? path : join(path, 'toc.dat');
  const bytes = await stat(main).then(
    ({ size }) => size,
    () => 0,
  );
  if (bytes === 0) throw failure('DumpIncomplete', `pg_dump ended well and wrote nothing of ${database}`);
  const held = await (format === 'plain' ? checkSql(dumped, tables) : checkFolder(session, clients, dumped, tables, signal));
  await requireObjects(session, held, signal);
}
