import { isCollection, isMap, isScalar, type Node } from 'yaml';
import type { ValuesPath } from '../model/values-path.js';
import { colonEnd, contentEnd, extentOf, isEmpty } from './extent.js';
import { type Edit, isBlank, lineBreakOf, lineEnd } from './lines.js';
import { quoteOf, stepOf } from './put-entry.js';
import { type Entry, entriesOf, type Source, stepInto } from './source.js';
import { flowText, scalarText, valueText } from './yaml-text.js';

/** The node at the path with what holds it: an entry, or nothing for an item of a list. Undefined where nothing is written there. */
interface Found {
  readonly node: Node | null;
  readonly entry?: Entry;
  readonly inFlow: boolean;
}

export function findNode(root: Node | null, path: ValuesPath): Found | undefined {
  let found: Found = { node: root, inFlow: false };
  for (const part of path) {
    const step = stepInto(found.node, part);
    if (!step) return undefined;
    found = { node: step.node, ...(step.entry && { entry: step.entry }), inFlow: found.inFlow || (isCollection(found.node) && found.node.flow === true) };
  }
  return found;
}

/** Another value for what is written: nothing else of its line changes. */
export function replaceNode(source: Source, found: Found, value: unknown): Edit {
  const { text } = source;
  const { node, entry, inFlow } = found;
  if (isEmpty(node)) return afterColon(text, found, ` ${flowText(value)}`);
  const isOneLine = isScalar(node) && node.type !== 'BLOCK_LITERAL' && node.type !== 'BLOCK_FOLDED' && (typeof value !== 'object' || value === null);
  const inPlace = (end: number): Edit => ({ start: tagged(text, node!, entry), end, text: inLine(value, node, inFlow) });
  if (inFlow || isOneLine) return inPlace(node!.range![1]);
  if (!entry) return inPlace(withoutBreak(text, endOf(text, node!)));
  const end = contentEnd(text, entry);
  const last = text[end - 1] === '\n' ? end : lineEnd(text, end);
  const isBlock = isCollection(node) && node.flow !== true;
  return isBlock || isBlank(text.slice(end, last)) ? replaceLines(source, entry, value, last) : inPlace(end);
}

const afterColon = (text: string, { node, entry }: Found, made: string): Edit => {
  const at = entry ? colonEnd(text, entry.key) : node!.range![0];
  return { start: at, end: at, text: made };
};

function inLine(value: unknown, node: Node | null, inFlow: boolean): string {
  if (typeof value === 'object' && value !== null) return flowText(value);
  const quote = quoteOf(node);
  return inFlow && quote === 'none' ? flowText(value) : scalarText(value, quote);
}

function replaceLines({ text, root }: Source, entry: Entry, value: unknown, end: number): Edit {
  const made = valueText(value, extentOf(text, entry).column, stepOf(text, root), lineBreakOf(text));
  return { start: colonEnd(text, entry.key), end, text: text[end - 1] === '\n' ? made : made.trimEnd() };
}

/** From the value's tag, if it has one. */
function tagged(text: string, node: Node, entry: Entry | undefined): number {
  const start = node.range![0];
  if (!entry || !node.tag) return start;
  const between = text.slice(colonEnd(text, entry.key), start);
  return between.includes('\n') ? start : start - between.trimStart().length;
}

function endOf(text: string, node: Node): number {
  if (isMap<Node, Node | null>(node) && !node.flow) return contentEnd(text, entriesOf(node).at(-1)!);
  return node.range![1];
}

const withoutBreak = (text: string, end: number): number => end - /\s*$/.exec(text.slice(0, end))![0].length;
