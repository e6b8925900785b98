import { quoteName } from '../../adapters/postgres/session.js';
import type { BaseType, Column } from './columns.js';

/** Types that hold floats: their texts differ between version 11 and later ones, their bits do not. */
const bits: Readonly<Record<string, string>> = {
  float4: 'float4send',
  float8: 'float8send',
  point: 'point_send',
  line: 'line_send',
  lseg: 'lseg_send',
  box: 'box_send',
  path: 'path_send',
  polygon: 'poly_send',
  circle: 'circle_send',
};

const holdsFloats = ({ name, builtIn, fields }: BaseType): boolean => (builtIn && name in bits) || fields.some(({ base }) => holdsFloats(base));

/** SQL for a value in a form that says the same in every version: for floats their bits, for everything else the value itself. */
function exactForm(value: string, base: BaseType): string {
  if (!holdsFloats(base)) return value;
  const { name, fields, isArray } = base;
  // Of the server's own types, so the elements' type has the same number everywhere.
  if (fields.length === 0) return isArray ? `array_send(${value})` : `${bits[name]}(${value})`;
  if (isArray) {
    const element = exactForm('element', { ...base, isArray: false });
    return `ROW(array_dims(${value}), ARRAY(SELECT (${element})::text FROM unnest(${value}) AS element))`;
  }
  const parts = fields.map((field) => exactForm(`(${value}).${quoteName(field.name)}`, field.base));
  // A composite of nothing but NULLs `IS NULL`, too, and is not the same.
  return `CASE WHEN ${value} IS DISTINCT FROM NULL THEN ROW(${parts.join(', ')}) END`;
}

/** Of the server itself, and sent as bytes that say the same in every version: floats their bits, numbers their scale. */
const packed = new Set([
  ...['bool', 'int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'uuid', 'bytea'],
  ...['date', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval'],
]);
const texts = new Set(['text', 'varchar', 'json', 'jsonb']);
/** Each stands in a call of its own, one inside the other, and a server's stack is bounded. */
const mostTexts = 50;

const isOneOf = (names: ReadonlySet<string>, { base: { name, builtIn, kind, isArray } }: Column): boolean =>
  builtIn && kind === 'base' && !isArray && names.has(name);
const isText = (column: Column): boolean => isOneOf(texts, column) || (column.base.kind === 'enum' && !column.base.isArray);

/**
 * SQL for a row as texts of which none is NULL: equal only where every value is, in every version. NULL and the empty text differ, and no value can look like two.
 * Long texts stand by themselves and most others go as bytes, since a row's own text costs its server three times as much as all else.
 */
export function rowTexts(columns: readonly Column[]): readonly [string, ...string[]] {
  const bytes = columns.filter((column) => isOneOf(packed, column));
  const long = columns.filter(isText).slice(0, mostTexts);
  const others = columns.filter((column) => !bytes.includes(column) && !long.includes(column));
  // A domain's number differs between servers, that of what is under it does not.
  const fields = [...bytes.map(({ name, base }) => `${quoteName(name)}::pg_catalog.${base.name}`), ...long.map(({ name }) => `${quoteName(name)} IS NULL`)];
  return [
    fields.length > 0 ? `encode(record_send(ROW(${fields.join(', ')})), 'hex')` : `''`,
    ...long.map(({ name }) => `coalesce(${quoteName(name)}::text, '')`),
    ...(others.length > 0 ? [`ROW(${others.map(({ name, base }) => exactForm(quoteName(name), base)).join(', ')})::text`] : []),
  ];
}
