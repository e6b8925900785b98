import type { PostgresSession } from '../../adapters/postgres/session.js';
import { runByHands } from '../run-side-by-side.js';
import { throwIfStopped } from '../stop.js';
import { rowTexts } from './exact-text.js';
import { conditionOf, planTable } from './plan-units.js';
import { hashRows, RowHash } from './row-hash.js';
import { type DataTable, quoteTable, showTable } from './tables.js';
import type { Part } from './unit.js';

/** Of a table, what one statement reads. Small enough that hands end together. */
const partBytes = 64 * 1024 * 1024;

export function hashPart(session: PostgresSession, table: DataTable, columns: DataTable['columns'], part: Part, into: RowHash): Promise<void> {
  const where = conditionOf(part);
  return hashRows(session, { texts: rowTexts(columns), from: `FROM ONLY ${quoteTable(table)}${where && ` WHERE ${where}`}` }, into);
}

export interface Hashing {
  /** One hand each. */
  readonly sessions: readonly PostgresSession[];
  readonly signal: AbortSignal;
  readonly onPart: (rows: number, bytes: number) => void;
}

/** Hashes tables by their names, all on one side. Each side is cut as suits it: what adds up does not depend on the cuts. */
export async function hashTables({ sessions, signal, onPart }: Hashing, tables: readonly DataTable[]): Promise<ReadonlyMap<string, RowHash>> {
  const [first] = sessions;
  if (!first) throw new TypeError('hashing needs a session');
  const hashes = new Map(tables.map((table) => [showTable(table), new RowHash()]));
  const work: { readonly table: DataTable; readonly part: Part; readonly bytes: number }[] = [];
  for (const table of tables)
    for (const { part, estimatedBytes } of await planTable(first, table, partBytes)) work.push({ table, part, bytes: estimatedBytes });
  await runByHands(
    work.toSorted((a, b) => b.bytes - a.bytes),
    sessions,
    async ({ table, part, bytes }, session) => {
      throwIfStopped(signal);
      const into = new RowHash();
      await hashPart(session, table, table.columns, part, into);
      hashes.get(showTable(table))?.merge(into);
      onPart(into.rows, bytes);
    },
  );
  return hashes;
}
