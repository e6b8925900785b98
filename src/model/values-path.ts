import { failure } from '../errors.js';

/** `[*]`: every item of a list. */
export const eachItem: unique symbol = Symbol('[*]');

/** A place in values: keys of mappings, indices of lists. */
export type ValuesPath = readonly (string | number)[];
/** Places in values: `eachItem` stands for every index. */
export type ValuesPattern = readonly (string | number | typeof eachItem)[];

const key = String.raw`(?:\\.|[^\\.[\]])+`;
const index = String.raw`\[(?:\d+|\*)\]`;
const legal = new RegExp(String.raw`^${key}(?:${index})*(?:\.${key}(?:${index})*)*$`, 's');
const part = new RegExp(String.raw`\[(\d+|\*)\]|(${key})`, 'gs');

/** As Helm's own limit: a slip of the finger must not fill the memory. */
const maxIndex = 65_536;

/** Reads a path as Helm's `--set` writes it: `a.b`, `a\.b` for a key with a dot, `list[0]`; and `list[*]`, which Helm has not. Invalid where it is none. */
export function parsePattern(path: string): ValuesPattern {
  if (!legal.test(path)) throw failure('Invalid', `${JSON.stringify(path)} is no path of values: expected a.b, a\\.b for a key with a dot, or list[0]`);
  return [...path.matchAll(part)].map(([, inBrackets, name = '']) => (inBrackets === undefined ? name.replace(/\\(.)/gs, '$1') : indexOf(inBrackets, path)));
}

/** The same without `[*]`. */
export function parsePath(path: string): ValuesPath {
  const parsed = parsePattern(path);
  if (isPath(parsed)) return parsed;
  throw failure('Invalid', `${path}: [*] names no single place`);
}

const isPath = (pattern: ValuesPattern): pattern is ValuesPath => !pattern.includes(eachItem);

function indexOf(inBrackets: string, path: string): number | typeof eachItem {
  if (inBrackets === '*') return eachItem;
  const number = Number(inBrackets);
  if (number > maxIndex) throw failure('Invalid', `${path}: no list has ${inBrackets} items`);
  return number;
}

/** As `parsePattern` reads it. */
export const showPath = (path: ValuesPattern): string =>
  path.reduce<string>((text, each) => {
    if (typeof each !== 'string') return `${text}[${each === eachItem ? '*' : String(each)}]`;
    const name = each.replaceAll(/[\\.[\]]/g, '\\$&');
    return text === '' ? name : `${text}.${name}`;
  }, '');

/** Whether one of them is, or holds, the other; `[*]` is every index. */
export const overlap = (left: ValuesPattern, right: ValuesPattern): boolean =>
  left.slice(0, right.length).every((each, at) => same(each, right[at])) || right.slice(0, left.length).every((each, at) => same(each, left[at]));

const isIndex = (each: ValuesPattern[number] | undefined): boolean => typeof each === 'number' || each === eachItem;
const same = (left: ValuesPattern[number], right: ValuesPattern[number] | undefined): boolean =>
  left === right || (isIndex(left) && isIndex(right) && (left === eachItem || right === eachItem));
