import { type PostgresSession, quoteName, quoteText } from '../../adapters/postgres/session.js';
import { isBinarySafe } from './columns.js';
import { type DataTable, quoteTable, showTable } from './tables.js';
import type { KeyPart, Part, TableUnit } from './unit.js';

/** From here on a range of blocks is read by itself; before, each range reads the whole table. */
const firstWithBlockRanges = 140_000;

/** Walks the key's index in strides of so many rows, within a part; a bound is the first key of the next piece. */
async function keyBounds(session: PostgresSession, table: DataTable, within: KeyPart, rows: number): Promise<readonly (readonly string[])[]> {
  const names = within.columns.map(({ name }) => quoteName(name));
  // Behind the one before, not from it on: so the walk moves on where many rows have the same key.
  const after = async (bound: readonly string[] | undefined): Promise<readonly string[] | undefined> => {
    const where = [conditionOf(within), bound === undefined ? '' : `${asRow(names)} > ${keyText(within, bound)}`].filter(Boolean).join(' AND ');
    const [found] = await session.query<{ bound: readonly string[] }>(
      `SELECT ARRAY[${names.map((name) => `${name}::text`).join(', ')}] AS bound FROM ONLY ${quoteTable(table)}${where && ` WHERE ${where}`}
       ORDER BY ${names.join(', ')} OFFSET ${bound === undefined ? rows : rows - 1} LIMIT 1`,
    );
    return found?.bound;
  };
  const bounds: (readonly string[])[] = [];
  for (let bound = await after(within.from); bound !== undefined; bound = await after(bound)) bounds.push(bound);
  return bounds;
}

/** Every row, to be cut by a key. */
export const wholeKey = (key: NonNullable<DataTable['key']>): KeyPart => ({ by: 'key', columns: key.map(({ name, type }) => ({ name, type })) });

/** Cuts a range of keys into ranges of so many rows. */
export async function keyParts(session: PostgresSession, table: DataTable, within: KeyPart, rows: number): Promise<readonly KeyPart[]> {
  const bounds = await keyBounds(session, table, within, rows);
  return pieces(bounds).map((piece, index, all) => ({
    ...within,
    ...piece,
    ...(index === 0 && within.from !== undefined && { from: within.from }),
    ...(index === all.length - 1 && within.below !== undefined && { below: within.below }),
  }));
}

/** Counted where the planner knows nothing: a table that was never analyzed. */
async function rowsOf(session: PostgresSession, table: DataTable): Promise<number> {
  if (table.rows > 0) return table.rows;
  const [counted] = await session.query<{ count: string }>(`SELECT count(*) FROM ONLY ${quoteTable(table)}`);
  return Number(counted?.count ?? 0);
}

/** Pieces between bounds, open at both ends. */
function pieces<B>(bounds: readonly B[]): readonly { readonly from?: B; readonly below?: B }[] {
  const edges = [undefined, ...bounds, undefined];
  return edges.slice(1).map((below, index) => {
    const from = edges[index];
    return { ...(from !== undefined && { from }), ...(below !== undefined && { below }) };
  });
}

async function partsOf(session: PostgresSession, table: DataTable, unitBytes: number): Promise<readonly Part[]> {
  const { bytes, blocks, key, condition } = table;
  if (condition !== undefined) return [{ by: 'condition', condition }];
  const count = Math.ceil(bytes / unitBytes);
  if (count <= 1) return [{ by: 'all' }];
  if (session.version >= firstWithBlockRanges) {
    const stride = Math.ceil(blocks / count);
    const bounds = Array.from({ length: Math.ceil(blocks / stride) - 1 }, (_, index) => (index + 1) * stride);
    return pieces(bounds).map((piece) => ({ by: 'blocks', ...piece }));
  }
  const rows = key ? await rowsOf(session, table) : 0;
  if (!key || rows <= count) return [{ by: 'all' }];
  return keyParts(session, table, wholeKey(key), Math.ceil(rows / count));
}

/** One unit for a table, or parts of about `unitBytes` each for a big one, where the server finds them without reading the whole table for each. */
export async function planTable(session: PostgresSession, table: DataTable, unitBytes: number): Promise<readonly TableUnit[]> {
  const parts = await partsOf(session, table, unitBytes);
  return parts.map((part, number) => ({
    kind: 'table',
    id: `table/${showTable(table)}/${number}`,
    estimatedBytes: Math.ceil(table.bytes / parts.length),
    schema: table.schema,
    table: table.name,
    columns: table.columns.map(({ name }) => name),
    binary: table.columns.every(isBinarySafe),
    part,
  }));
}

const between = (what: string, from: string | undefined, below: string | undefined): string =>
  [from === undefined ? [] : `${what} >= ${from}`, below === undefined ? [] : `${what} < ${below}`].flat().join(' AND ');

/** Several are compared one after another, as an index has them. */
const asRow = (texts: readonly string[]): string => (texts.length === 1 ? texts.join('') : `(${texts.join(', ')})`);

const keyText = ({ columns }: KeyPart, bound: readonly string[]): string =>
  asRow(columns.map(({ type }, index) => `${quoteText(bound[index] ?? '')}::${type}`));

/** What follows WHERE; empty for all rows. */
export function conditionOf(part: Part): string {
  switch (part.by) {
    case 'all':
      return '';
    case 'blocks': {
      const tid = (block: number | undefined) => (block === undefined ? undefined : `'(${block},0)'::tid`);
      return between('ctid', tid(part.from), tid(part.below));
    }
    case 'key': {
      const bound = (values: readonly string[] | undefined) => values && keyText(part, values);
      return between(asRow(part.columns.map(({ name }) => quoteName(name))), bound(part.from), bound(part.below));
    }
    case 'condition':
      return part.condition.replace(/^\s*WHERE\s+/i, '');
  }
}
