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

/** SQL for a row as one text. NULL and the empty text differ in it, and no value can look like two. */
export const rowText = (columns: readonly Column[]): string => `ROW(${columns.map(({ name, base }) => exactForm(quoteName(name), base)).join(', ')})::text`;
