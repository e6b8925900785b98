import { isMap, isScalar, type Node } from 'yaml';
import type { ValuesPath } from '../model/values-path.js';
import { chainTo } from './cut-entry.js';
import { colonEnd, extentOf, isEmpty } from './extent.js';
import { type Edit, lineBreakOf, lineEnd, lineStart } from './lines.js';
import { type Entry, entriesOf, entryOf, type Mapping, type Source, stepInto } from './source.js';
import { keyText } from './yaml-text.js';

/** What is put at a path, in the style of its surroundings. */
export interface Content {
  /** Lines at the column: comments, key, value; the last one ends. */
  block(column: number, key: string): string;
  /** The value in one line. */
  readonly flow: string;
}

/** Puts an entry where none is, with the mappings above it that are missing: right after the entry that holds `near`, else at the end of its mapping. */
export function putEntry(source: Source, to: ValuesPath, content: Content, near?: ValuesPath): Edit {
  const { text, root } = source;
  const { holder, node, missing } = descend(root, to);
  const map = isMap<Node, Node | null>(node) ? node : undefined;
  if (map && map.items.length > 0 && !map.flow) return intoBlock(source, map, missing, content, near && entryNear(map, to.length - missing.length, near));
  if (map && map.items.length > 0) return { start: endOf(text, map), end: endOf(text, map), text: `, ${inFlow(missing, content)}` };
  if (!holder && missing.length < to.length) return intoItem(node!, `{${inFlow(missing, content)}}`);
  if (!holder) return intoRoot(source, missing, content);
  if (isInFlow(text, root, holder)) return { start: holder.key.range![1], end: flowEnd(text, holder), text: `: {${inFlow(missing, content)}}` };
  return intoHollow(source, holder, missing, content);
}

interface Deepest {
  /** The entry whose value the node is; absent for the root and an item of a list. */
  readonly holder?: Entry | undefined;
  readonly node: Node | null;
  /** The keys that are not there. */
  readonly missing: readonly string[];
}

function descend(root: Node | null, path: ValuesPath): Deepest {
  let deepest: Omit<Deepest, 'missing'> = { node: root };
  for (const [at, part] of path.entries()) {
    const step = stepInto(deepest.node, part);
    if (!step) return { ...deepest, missing: path.slice(at).map(String) };
    deepest = { holder: step.entry, node: step.node };
  }
  return { ...deepest, missing: [] };
}

const entryNear = (map: Mapping, depth: number, near: ValuesPath): Entry | undefined => entryOf(map, String(near[depth]));

function intoBlock({ text, root }: Source, map: Mapping, missing: readonly string[], content: Content, near?: Entry): Edit {
  const { column } = extentOf(text, entriesOf(map)[0]!);
  const { end } = extentOf(text, near ?? entriesOf(map).at(-1)!);
  return insertLines(text, end, lines(text, root, column, missing, content));
}

/** As lines of their own, also where the text's last line does not end. */
function insertLines(text: string, at: number, made: string): Edit {
  const isOpen = at > 0 && text[at - 1] !== '\n';
  return { start: at, end: at, text: isOpen ? lineBreakOf(text) + made.replace(/\r?\n$/, '') : made };
}

function lines(text: string, root: Node | null, column: number, missing: readonly string[], content: Content): string {
  const step = stepOf(text, root);
  const above = missing.slice(0, -1).map((key, at) => `${' '.repeat(column + at * step)}${keyText(key)}:${lineBreakOf(text)}`);
  return above.join('') + content.block(column + above.length * step, missing.at(-1)!);
}

const intoItem = (node: Node, made: string): Edit => ({ start: node.range![0], end: node.range![1], text: isEmpty(node) ? ` ${made}` : made });

function intoRoot({ text, root }: Source, missing: readonly string[], content: Content): Edit {
  if (!isMap(root)) return insertLines(text, text.length, lines(text, root, 0, missing, content));
  const [start, end] = root.range!;
  const isAlone = lineStart(text, start) === start && text.slice(end, lineEnd(text, end)).trim() === '';
  return isAlone ? { start, end: lineEnd(text, end), text: lines(text, null, 0, missing, content) } : { start, end, text: `{${inFlow(missing, content)}}` };
}

/** Below `key:`, `key: null` or `key: {}`; what follows on the line stays. */
function intoHollow({ text, root }: Source, holder: Entry, missing: readonly string[], content: Content): Edit {
  const start = colonEnd(text, holder.key);
  const valueEnd = isEmpty(holder.value) ? start : holder.value!.range![1];
  const end = lineEnd(text, valueEnd);
  const rest = text.slice(valueEnd, end).trimEnd();
  const column = extentOf(text, holder).column + stepOf(text, root);
  const made = lines(text, root, column, missing, content);
  const isOpen = end === text.length && !text.endsWith('\n');
  return { start, end, text: rest + lineBreakOf(text) + (isOpen ? made.replace(/\r?\n$/, '') : made) };
}

const inFlow = (missing: readonly string[], { flow }: Content): string => {
  const [first = '', ...rest] = missing;
  return `${keyText(first)}: ${rest.reduceRight((inner, key) => `{${keyText(key)}: ${inner}}`, flow)}`;
};

const flowEnd = (text: string, { key, value }: Entry): number => (isEmpty(value) ? colonEnd(text, key) : value!.range![1]);
const endOf = (text: string, map: Mapping): number => flowEnd(text, entriesOf(map).at(-1)!);

/** Whether the entry stands in braces, or in brackets. */
function isInFlow(text: string, root: Node | null, entry: Entry): boolean {
  const at = entry.key.range![0];
  return flowsIn(root).some(([start, end]) => start < at && at < end && text[start] !== undefined);
}

function flowsIn(node: unknown): readonly (readonly [number, number])[] {
  if (typeof node !== 'object' || node === null) return [];
  if ('flow' in node && node.flow === true && 'range' in node) return [node.range as [number, number]];
  if (!('items' in node) || !Array.isArray(node.items)) return [];
  return node.items.flatMap((item: unknown) => (isMap(node) ? flowsIn((item as Entry).value) : flowsIn(item)));
}

/** How far the file's first nested mapping is in; 2 where there is none. */
export function stepOf(text: string, root: Node | null): number {
  if (!isMap<Node, Node | null>(root)) return 2;
  for (const { key, value } of entriesOf(root)) {
    if (!isMap<Node, Node | null>(value) || value.flow || value.items.length === 0) continue;
    const [outer, inner] = [key.range![0], entriesOf(value)[0]!.key.range![0]];
    const step = inner - lineStart(text, inner) - (outer - lineStart(text, outer));
    if (step > 0) return step;
  }
  return 2;
}

/** Whether something is written at the path. */
export const entryAt = (root: Node | null, path: ValuesPath): Entry | undefined => chainTo(root, path).at(-1)?.entry;

export const quoteOf = (node: Node | null): 'none' | 'single' | 'double' => {
  if (!isScalar(node)) return 'none';
  if (node.type === 'QUOTE_SINGLE') return 'single';
  return node.type === 'QUOTE_DOUBLE' ? 'double' : 'none';
};
