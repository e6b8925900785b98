import type { PostgresSession } from '../../adapters/postgres/session.js';

export interface Column {
  readonly name: string;
  /** As SQL names it, qualified where it is users': `numeric(10,2)`. */
  readonly type: string;
  /** Under domains and without arrays: how its values look to the server. */
  readonly base: BaseType;
}

export interface BaseType {
  /** `pg_type.typname`: `float8`. */
  readonly name: string;
  /** Of the server itself, with a number that is the same in every version. */
  readonly builtIn: boolean;
  readonly kind: 'base' | 'enum' | 'composite' | 'range' | 'pseudo';
  readonly isArray: boolean;
  /** Of a composite, in their order; of others none. */
  readonly fields: readonly Column[];
}

interface TypeRow {
  readonly oid: string;
  readonly name: string;
  readonly schema: string;
  readonly shown: string;
  readonly kind: string;
  readonly over: string;
  readonly element: string;
  readonly relation: string;
  readonly category: string;
}

interface AttributeRow {
  readonly relation: string;
  readonly name: string;
  readonly type: string;
  readonly shown: string;
  readonly generated: string;
}

const types = `
  SELECT t.oid::text AS oid, t.typname AS name, n.nspname AS schema, t.oid::regtype::text AS shown, t.typtype AS kind, t.typbasetype::text AS over,
    t.typelem::text AS element, t.typrelid::text AS relation, t.typcategory AS category
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
`;

/** Generated columns are made by the target itself; version 11 knows none. */
const attributes = `
  SELECT a.attrelid::text AS relation, a.attname AS name, a.atttypid::text AS type, format_type(a.atttypid, a.atttypmod) AS shown,
    coalesce(to_jsonb(a) ->> 'attgenerated', '') AS generated
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'c', 'p') AND (c.oid >= 16384 OR c.relkind = 'c')
  ORDER BY a.attrelid, a.attnum
`;

const kinds: Readonly<Record<string, BaseType['kind']>> = { e: 'enum', c: 'composite', r: 'range', m: 'range', p: 'pseudo' };

const unknownType: BaseType = { name: '', builtIn: false, kind: 'pseudo', isArray: false, fields: [] };

/** Columns that can be written, by the table's number, in their order. */
export async function columnsOf(session: PostgresSession): Promise<ReadonlyMap<string, readonly Column[]>> {
  const byOid = new Map((await session.query<TypeRow>(types)).map((row) => [row.oid, row]));
  const byRelation = Map.groupBy(await session.query<AttributeRow>(attributes), ({ relation }) => relation);

  function baseOf(oid: string): BaseType {
    const row = byOid.get(oid);
    if (!row) return unknownType;
    if (row.kind === 'd') return baseOf(row.over);
    if (row.category === 'A' && row.element !== '0') return { ...baseOf(row.element), isArray: true };
    const builtIn = row.schema === 'pg_catalog';
    const kind = kinds[row.kind] ?? 'base';
    return { name: row.name, builtIn, kind, isArray: false, fields: kind === 'composite' ? fieldsOf(row.relation) : [] };
  }

  const fieldsOf = (relation: string): readonly Column[] =>
    (byRelation.get(relation) ?? []).filter(({ generated }) => generated === '').map(({ name, type, shown }) => ({ name, type: shown, base: baseOf(type) }));

  return new Map([...byRelation.keys()].map((relation) => [relation, fieldsOf(relation)]));
}

/** What is sent and received alike by every version from 11 on. Not: numbers of objects, which differ between servers, and what other servers' libraries define. */
const sameOnTheWire = new Set([
  ...['bool', 'bytea', 'char', 'name', 'int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'text', 'bpchar', 'varchar', 'uuid', 'json', 'jsonb'],
  ...['date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval', 'inet', 'cidr', 'macaddr', 'macaddr8', 'bit', 'varbit', 'money'],
  ...['point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle', 'tsvector', 'tsquery', 'xml'],
]);

/** COPY may take the binary form: of arrays it holds the elements' type by number, so only of the server's own. */
export const isBinarySafe = ({ base: { name, builtIn, kind, isArray } }: Column): boolean =>
  kind === 'enum' ? !isArray : kind === 'base' && builtIn && sameOnTheWire.has(name);
