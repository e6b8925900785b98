import { isAlias, isCollection, isMap, isScalar, type Node } from 'yaml';
import type { ValuesMap } from '../model/values-map.js';
import { showPath, type ValuesPath } from '../model/values-path.js';
import { applyChange, type Change, placeOf, type Refusal } from './changes.js';
import { chainTo, cutEntry } from './cut-entry.js';
import { extentOf } from './extent.js';
import { applyEdits, type Edit, indentAt, isBlank, lineBreakOf, linesOf, shiftLine } from './lines.js';
import { isEqual, isThere, put, valueAt } from './places.js';
import { type Content, entryAt, putEntry, stepOf } from './put-entry.js';
import { findNode, replaceNode } from './replace-node.js';
import { type Entry, entriesOf, isMerge, type Mapping, readSource, type Source, stepInto } from './source.js';
import { transformValues } from './transform-values.js';
import { flowText, keyText, valueText } from './yaml-text.js';

export type Rewritten = { readonly text: string; readonly changes: readonly Change[] } | { readonly refusals: readonly Refusal[] };

/**
 * The text of a values file with the map applied, by splicing: what the map does not touch stays byte for byte, comments of a moved key go with it.
 * What it reads as is what `transformValues` makes of what the text read as; where that cannot be had it is refused, with line and column.
 */
export function rewriteValues(text: string, map: ValuesMap): Rewritten {
  if (!text.startsWith(byteOrderMark)) return rewrite(text, map);
  const rewritten = rewrite(text.slice(1), map);
  return 'text' in rewritten ? { ...rewritten, text: byteOrderMark + rewritten.text } : rewritten;
}

const byteOrderMark = '\ufeff';

function rewrite(text: string, map: ValuesMap): Rewritten {
  const read = readSource(text);
  if ('refusals' in read) return read;
  const original = read.source;
  const { changes, refusals } = transformValues(original.values, map);
  if (refusals.length > 0) return { refusals: refusals.map((refusal) => ({ ...refusal, ...placed(original, refusal.path) })) };
  let source = original;
  for (const change of changes) {
    const next = rewriteOne(source, change);
    if ('code' in next) return { refusals: [{ ...next, ...placed(original, next.path) }] };
    source = next;
  }
  return { text: source.text, changes };
}

/** A refusal's path was made by `showPath`, so the keys of the original can be held against it. */
function placed(source: Source, shown: string) {
  const path: (string | number)[] = [];
  while (showPath(path) !== shown) {
    const next = keysIn(valueAt(source.values, path)).find((key) => isOnWay(showPath([...path, key]), shown));
    if (next === undefined) break;
    path.push(next);
  }
  return source.placeOf(path);
}

const isOnWay = (way: string, path: string): boolean => path === way || path.startsWith(`${way}.`) || path.startsWith(`${way}[`);
const keysIn = (value: unknown): readonly (string | number)[] => (Array.isArray(value) ? [...value.keys()] : Object.keys(value ?? {}));

/** One change on the text, and proof that it did just that. */
function rewriteOne(source: Source, change: Change): Source | Refusal {
  const ways = change.kind === 'move' ? [change.from, change.to] : [change.path];
  const [obstacle] = ways.flatMap((way) => obstacleOn(source, way) ?? []);
  if (obstacle) return obstacle;
  const made = change.kind === 'move' ? moved(source, change.from, change.to) : applyEdits(source.text, editsOf(source, change));
  const read = made === undefined ? undefined : readSource(made);
  if (read && 'source' in read && isEqual(read.source.values, applyChange(source.values, change))) return read.source;
  const path = showPath(placeOf(change));
  return /[&*]\w/.test(source.text)
    ? { code: 'anchor', path, message: 'cannot be changed without changing what an anchor and its aliases say: write the alias out' }
    : { code: 'notRewritable', path, message: 'is written in a way that cannot be changed in place: rewrite it in block style' };
}

/** What lies on the way that is not the file's own at this place. */
function obstacleOn({ root }: Source, path: ValuesPath): Refusal | undefined {
  let node: Node | null = root;
  for (const [at, part] of path.entries()) {
    const here = showPath(path.slice(0, at));
    if (isAlias(node)) return { code: 'anchor', path: here, message: 'is an alias: a change in it would change its anchor' };
    if (isMap<Node, Node | null>(node) && entriesOf(node).some(isMerge))
      return { code: 'mergeKey', path: here, message: 'has a merge key (<<): write out what it brings' };
    node = stepInto(node, part)?.node ?? null;
  }
  return undefined;
}

function editsOf(source: Source, change: Exclude<Change, { kind: 'move' }>): readonly Edit[] {
  const { text, root, values } = source;
  if (change.kind === 'delete') return cutEntry(text, chainTo(root, change.path));
  const list = listToFill(values, change.path);
  const path = list ?? change.path;
  const value = list ? put(valueAt(values, list), change.path.slice(list.length), change.value) : change.value;
  const found = findNode(root, path);
  return [found ? replaceNode(source, found, value) : putEntry(source, path, contentOf(source, value))];
}

/** The list on the way that has no such item yet, or is not there itself: it is written anew. */
function listToFill(values: unknown, path: ValuesPath): ValuesPath | undefined {
  const at = path.findIndex((part, index) => typeof part === 'number' && !isThere(values, path.slice(0, index + 1)));
  return at < 0 ? undefined : path.slice(0, at);
}

function contentOf({ text, root }: Source, value: unknown): Content {
  const lineBreak = lineBreakOf(text);
  return { block: (column, key) => `${' '.repeat(column)}${keyText(key)}:${valueText(value, column, stepOf(text, root), lineBreak)}`, flow: flowText(value) };
}

/** Put in its new place first, taken from the old one then. A key that only gets another name stays where it is. */
function moved(source: Source, from: ValuesPath, to: ValuesPath): string | undefined {
  const entry = entryAt(source.root, from);
  if (!entry) return undefined;
  const name = to.at(-1)!;
  if (isEqual(from.slice(0, -1), to.slice(0, -1)))
    return applyEdits(source.text, [{ start: entry.key.range![0], end: entry.key.range![1], text: keyText(String(name)) }]);
  const both = readSource(applyEdits(source.text, [putEntry(source, to, movedContent(source, entry, from), from)]));
  return 'source' in both ? applyEdits(both.source.text, cutEntry(both.source.text, chainTo(both.source.root, from))) : undefined;
}

function movedContent(source: Source, entry: Entry, from: ValuesPath): Content {
  const { text, root, values } = source;
  const chain = chainTo(root, from);
  const flow = flowOf(text, entry, valueAt(values, from));
  if (chain.some(({ map }) => map.flow)) return { flow, block: (column, key) => `${' '.repeat(column)}${keyText(key)}: ${flow}${lineBreakOf(text)}` };
  return { flow, block: (column, key) => blockOf(text, entry, column, key) };
}

/** The value's own text where it is one line that also stands in braces. */
function flowOf(text: string, { value }: Entry, data: unknown): string {
  const own = value?.range && !value.tag && !('anchor' in value && value.anchor) ? text.slice(value.range[0], value.range[1]) : '';
  const isSafe = isScalar(value) ? /^(["']|[^,[\]{}#:]+$)/.test(own) : isAlias(value) || (isCollection(value) && (value as Mapping).flow === true);
  return own !== '' && isSafe && !own.includes('\n') && !/^[|>]/.test(own) ? own : flowText(data);
}

function blockOf(text: string, entry: Entry, column: number, key: string): string {
  const { lead, start, end, column: old } = extentOf(text, entry);
  const comments = linesOf(text.slice(lead, start)).map((line) => (isBlank(line) ? line : shiftLine(line, column - indentAt(line, 0))));
  const [first = '', ...rest] = linesOf(text.slice(entry.key.range![1], end));
  const body = [...comments, `${' '.repeat(column)}${keyText(key)}${first}`, ...rest.map((line) => shiftLine(line, column - old))].join('');
  return body.endsWith('\n') ? body : body + lineBreakOf(text);
}
