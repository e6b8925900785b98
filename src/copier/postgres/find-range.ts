import { type PostgresSession, quoteName } from '../../adapters/postgres/session.js';
import { hashPart } from './hash-tables.js';
import { conditionOf, keyParts, wholeKey } from './plan-units.js';
import { RowHash } from './row-hash.js';
import type { DataTable } from './tables.js';
import type { KeyPart } from './unit.js';

/** Each look cuts a range into so many. */
const pieces = 16;
/** Small enough to be looked through by hand. */
const enoughRows = 100;

/** What else names a row is its users' own, an e-mail address or a session, and what is said here is kept. */
const mayBeShown = /^(smallint|integer|bigint|numeric|uuid|date|timestamp)/;

type Sides = readonly [PostgresSession, PostgresSession];

interface Look {
  readonly part: KeyPart;
  readonly differs: boolean;
  /** Of the side that has more. */
  readonly rows: number;
  /** On the source: rows with lower keys, and with those the part's own. */
  readonly before: number;
  readonly after: number;
}

async function lookAt([source, target]: Sides, table: DataTable, part: KeyPart, before: number): Promise<Look> {
  const hashOf = async (session: PostgresSession) => {
    const hash = new RowHash();
    await hashPart(session, table, table.columns, part, hash);
    return hash;
  };
  const [ours, theirs] = await Promise.all([hashOf(source), hashOf(target)]);
  const differs = ours.rows !== theirs.rows || ours.hash !== theirs.hash;
  return { part, differs, rows: Math.max(ours.rows, theirs.rows), before, after: before + ours.rows };
}

async function firstDifferent(sides: Sides, table: DataTable, parts: readonly KeyPart[], from: number): Promise<Look | undefined> {
  let before = from;
  for (const part of parts) {
    const look = await lookAt(sides, table, part, before);
    if (look.differs) return look;
    before = look.after;
  }
  return undefined;
}

/** Of a table whose sides differ, the first range of its key in which they do; undefined where the table has no key to cut it by. */
export async function findRange(source: PostgresSession, target: PostgresSession, table: DataTable): Promise<Look | undefined> {
  if (!table.key) return undefined;
  const sides: Sides = [source, target];
  let found = await lookAt(sides, table, wholeKey(table.key), 0);
  while (found.differs && found.rows > enoughRows) {
    const parts = await keyParts(source, table, found.part, Math.ceil(found.rows / pieces));
    const next = await firstDifferent(sides, table, parts, found.before);
    // Ranges that are equal one by one: the difference was gone by then.
    if (!next || parts.length < 2) break;
    found = next;
  }
  return found;
}

/** For a person: the condition that finds the rows, or where they stand, if the key itself is nothing to be kept. Empty for a whole table. */
export function describeRange({ part, before, rows }: Look): string {
  const where = conditionOf(part);
  if (!where) return '';
  if (part.columns.every(({ type }) => mayBeShown.test(type))) return `Where ${where}.`;
  return `Among rows ${before + 1} to ${before + rows} in the order of ${part.columns.map(({ name }) => quoteName(name)).join(', ')}.`;
}
