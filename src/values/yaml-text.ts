import { Document } from 'yaml';
import { isMapping } from '../model/values.js';
import { readSource } from './source.js';

const reads = (text: string, as: unknown): boolean => {
  const read = readSource(text);
  return 'source' in read && read.source.values['k'] === as;
};

const plain = /^[A-Za-z0-9_./][A-Za-z0-9_./@%+=-]*( [A-Za-z0-9_./@%+=-]+)*$/;

/** The key as YAML of either version reads it back. */
export function keyText(name: string): string {
  const read = plain.test(name) ? readSource(`${name}: 1`) : undefined;
  return read && 'source' in read && Object.hasOwn(read.source.values, name) && !/^[\d.+-]/.test(name) ? name : JSON.stringify(name);
}

/** A scalar in one line, in the quotes given where it is a text. */
export function scalarText(value: unknown, quote: 'none' | 'single' | 'double' = 'none'): string {
  if (typeof value !== 'string') return value === null ? 'null' : JSON.stringify(value);
  if (quote === 'single' && /^[ -~]*$/.test(value)) return `'${value.replaceAll("'", "''")}'`;
  if (quote === 'none' && plain.test(value) && reads(`k: ${value}`, value) && !looksLikeOther(value)) return value;
  return JSON.stringify(value);
}

/** What YAML 1.2, or a person, reads as something else than a text. */
const looksLikeOther = (text: string): boolean => /^[-+.]?\d[\d_.:eExo+-]*$|^\d{4}-\d\d/.test(text);

/** Anything in one line. */
export function flowText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowText).join(', ')}]`;
  if (!isMapping(value)) return typeof value === 'string' ? scalarText(value, /[,[\]{}]/.test(value) ? 'double' : 'none') : scalarText(value);
  return `{${Object.entries(value)
    .map(([key, each]) => `${keyText(key)}: ${flowText(each)}`)
    .join(', ')}}`;
}

const isEmptyCollection = (value: unknown): boolean => (Array.isArray(value) && value.length === 0) || (isMapping(value) && Object.keys(value).length === 0);

/** What stands after a key's colon: in the same line, or in lines of their own that are so far in. */
export function valueText(value: unknown, column: number, step: number, lineBreak: string): string {
  if (typeof value !== 'object' || value === null || isEmptyCollection(value)) return ` ${flowText(value)}${lineBreak}`;
  const text = new Document(value, { version: '1.1', aliasDuplicateObjects: false }).toString({
    lineWidth: 0,
    indent: step,
    directives: false,
    indentSeq: true,
  });
  const lines = text.trimEnd().split('\n');
  return lineBreak + lines.map((line) => `${line === '' ? '' : ' '.repeat(column + step)}${line}${lineBreak}`).join('');
}
