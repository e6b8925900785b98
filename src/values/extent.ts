import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { indentAt, isBlank, isComment, lineEnd, lineStart } from './lines.js';
import { type Entry, entriesOf, startOf } from './source.js';

/** Where an entry of a block mapping stands in its text. */
export interface Extent {
  /** Of the comment lines right above it that are not further in: they go where it goes. */
  readonly lead: number;
  /** Of the line of its key; of the key itself after a dash. */
  readonly start: number;
  readonly key: number;
  readonly column: number;
  /** After its last line, and after comments below it that are further in than its key. */
  readonly end: number;
}

export function extentOf(text: string, entry: Entry): Extent {
  const key = startOf(entry.key)!;
  const line = lineStart(text, key);
  const column = key - line;
  const isFirst = isBlank(text.slice(line, key));
  const own = lastLine(text, contentEnd(text, entry));
  const end = commentsBelow(text, own, column);
  return isFirst ? { lead: commentsAbove(text, line, column), start: line, key, column, end } : { lead: key, start: key, key, column, end };
}

const lastLine = (text: string, end: number): number => (end > 0 && text[end - 1] === '\n' ? end : lineEnd(text, end));

/** After the last character of the value, or of the key's colon. */
export function contentEnd(text: string, { key, value }: Entry): number {
  return nodeEnd(text, value) ?? colonEnd(text, key);
}

function nodeEnd(text: string, node: Node | null): number | undefined {
  if (isMap<Node, Node | null>(node) && !node.flow && node.items.length > 0) return contentEnd(text, entriesOf(node).at(-1)!);
  if (isSeq<Node | null>(node) && !node.flow && node.items.length > 0) return nodeEnd(text, node.items.at(-1) ?? null) ?? node.range?.[1];
  if (isEmpty(node)) return undefined;
  return node?.range?.[1];
}

/** A value of which nothing is written, `key:`; one with an anchor or a tag alone counts as written. */
export const isEmpty = (node: Node | null): boolean =>
  node === null || (isScalar(node) && node.value === null && !node.source && !node.anchor && !node.tag && node.range?.[0] === node.range?.[1]);

export function colonEnd(text: string, key: Node): number {
  const after = key.range![1];
  return text.slice(after).match(/^\s*:/) ? text.indexOf(':', after) + 1 : after;
}

function commentsAbove(text: string, line: number, column: number): number {
  let start = line;
  while (start > 0) {
    const above = lineStart(text, start - 1);
    if (!isComment(text.slice(above, start)) || indentAt(text, above) > column) break;
    start = above;
  }
  return start;
}

function commentsBelow(text: string, end: number, column: number): number {
  let [last, at] = [end, end];
  while (at < text.length) {
    const next = lineEnd(text, at);
    const line = text.slice(at, next);
    if (isComment(line) && indentAt(text, at) > column) last = next;
    else if (!isBlank(line)) break;
    at = next;
  }
  return last;
}
