import type { PostgresSession } from '../../adapters/postgres/session.js';
import { hashPart } from './hash-tables.js';
import { keyParts } from './plan-units.js';
import { RowHash } from './row-hash.js';
import type { DataTable } from './tables.js';
import type { Part } from './unit.js';

type KeyPart = Extract<Part, { by: 'key' }>;

/** Each look cuts a range into so many. */
const pieces = 16;
/** Small enough to be looked through by hand. */
const enoughRows = 100;

async function differs(sessions: readonly PostgresSession[], table: DataTable, part: Part): Promise<number | undefined> {
  const hashes = await Promise.all(
    sessions.map(async (session) => {
      const hash = new RowHash();
      await hashPart(session, table, table.columns, part, hash);
      return hash;
    }),
  );
  const [source, target] = hashes;
  return source && target && (source.rows !== target.rows || source.hash !== target.hash) ? Math.max(source.rows, target.rows) : undefined;
}

/** Of a table whose sides differ, the first range of its key in which they do; undefined where the table has no key to cut it by. */
export async function findRange(source: PostgresSession, target: PostgresSession, table: DataTable): Promise<KeyPart | undefined> {
  const { key } = table;
  if (!key) return undefined;
  let found: KeyPart = { by: 'key', column: key.name, type: key.type };
  for (let rows = (await differs([source, target], table, found)) ?? 0; rows > enoughRows; ) {
    const parts: readonly KeyPart[] = await keyParts(source, table, found, Math.ceil(rows / pieces));
    const next = await firstDifferent([source, target], table, parts);
    // Ranges that are equal one by one: the difference was gone by then.
    if (!next || parts.length < 2) break;
    [found, rows] = [next.part, next.rows];
  }
  return found;
}

async function firstDifferent(
  sessions: readonly PostgresSession[],
  table: DataTable,
  parts: readonly KeyPart[],
): Promise<{ readonly part: KeyPart; readonly rows: number } | undefined> {
  for (const part of parts) {
    const rows = await differs(sessions, table, part);
    if (rows !== undefined) return { part, rows };
  }
  return undefined;
}
