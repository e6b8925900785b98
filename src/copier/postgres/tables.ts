import { notesSchema } from '../../adapters/postgres/clients.js';
import { type PostgresSession, quoteName } from '../../adapters/postgres/session.js';
import { type Column, columnsOf } from './columns.js';

/** A table that holds rows of its own: a plain one, a partition, a parent of others that holds some itself. */
export interface DataTable {
  readonly schema: string;
  readonly name: string;
  readonly persistence: 'permanent' | 'unlogged';
  /** Of heap and TOAST. */
  readonly bytes: number;
  /** Of the heap. */
  readonly blocks: number;
  /** The planner's estimate; below 0 where there is none. */
  readonly rows: number;
  readonly columns: readonly Column[];
  /** Of an extension's own table: which rows are users'. */
  readonly condition?: string;
  /** By which its rows can be cut in the order of an index; many may have the same. */
  readonly key?: readonly [Column, ...Column[]];
}

interface TableRow {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly persistence: 'p' | 'u';
  readonly bytes: string;
  readonly blocks: string;
  readonly rows: number;
  readonly condition: string | null;
}

/** Schemas that are the server's own, or ours. */
export const foreignSchemas = `n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', '${notesSchema}')`;

/** An extension's tables come with the extension; of those that it names, the rows that fit its condition are users'. */
const tables = `
  SELECT c.oid::text AS oid, n.nspname AS schema, c.relname AS name, c.relpersistence AS persistence, c.reltuples AS rows,
    pg_table_size(c.oid) AS bytes, pg_relation_size(c.oid) / current_setting('block_size')::bigint AS blocks, config.condition
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e'
  LEFT JOIN LATERAL (
    SELECT x.extcondition[i] AS condition FROM pg_extension x, generate_subscripts(x.extconfig, 1) AS i WHERE x.extconfig[i] = c.oid
  ) config ON true
  WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND (d.objid IS NULL AND ${foreignSchemas} OR config.condition IS NOT NULL)
  ORDER BY 2, 3
`;

/** Of a type whose texts every version reads back as the same value, and in the order in which it is compared. */
const usable = `
  a.attnotnull AND k.at <= i.indnkeyatts AND i.indoption[k.at - 1] = 0 AND i.indcollation[k.at - 1] = a.attcollation AND o.opcdefault AND a.atttypid IN (
    'int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype, 'uuid'::regtype, 'date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype,
    'text'::regtype, 'varchar'::regtype, 'bpchar'::regtype)
`;

/** The leading columns of an index that can be used. What tells every row apart first, with as few columns as possible. */
const keys = `
  SELECT DISTINCT ON (i.indrelid) i.indrelid::text AS oid, prefix.names
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
  CROSS JOIN LATERAL (
    SELECT array_agg(name ORDER BY at) AS names FROM (
      SELECT a.attname::text AS name, k.at, bool_and(coalesce(${usable}, false)) OVER (ORDER BY k.at) AS reached
      FROM unnest(i.indkey, i.indclass) WITH ORDINALITY AS k (attnum, opclass, at)
      LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum LEFT JOIN pg_opclass o ON o.oid = k.opclass
    ) each WHERE reached
  ) prefix
  WHERE m.amname = 'btree' AND i.indisvalid AND i.indpred IS NULL AND prefix.names IS NOT NULL
  ORDER BY i.indrelid, i.indisunique AND cardinality(prefix.names) = i.indnkeyatts DESC,
    CASE WHEN i.indisunique THEN cardinality(prefix.names) ELSE -cardinality(prefix.names) END, i.indisprimary DESC, i.indexrelid
`;

/** Every table of a database whose rows are users'. */
export async function readTables(session: PostgresSession): Promise<readonly DataTable[]> {
  const found = await session.query<TableRow>(tables);
  const columns = await columnsOf(session);
  const keyed = new Map((await session.query<{ oid: string; names: readonly string[] }>(keys)).map(({ oid, names }) => [oid, names]));
  return found.map(({ oid, persistence, bytes, blocks, condition, ...table }) => {
    const own = columns.get(oid) ?? [];
    const [first, ...others] = (keyed.get(oid) ?? []).flatMap((wanted) => own.filter(({ name }) => name === wanted));
    return {
      ...table,
      persistence: persistence === 'u' ? 'unlogged' : 'permanent',
      bytes: Number(bytes),
      blocks: Number(blocks),
      columns: own,
      ...(condition !== null && condition !== '' && { condition }),
      ...(first && { key: [first, ...others] }),
    };
  });
}

export const showTable = ({ schema, name }: Pick<DataTable, 'schema' | 'name'>): string => `${schema}.${name}`;
export const quoteTable = ({ schema, name }: Pick<DataTable, 'schema' | 'name'>): string => `${quoteName(schema)}.${quoteName(name)}`;
