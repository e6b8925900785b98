import { type Document, isMap, isNode, isPair, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { isMapping, type Values } from '../model/values.js';
import { showPath, type ValuesPath } from '../model/values-path.js';
import type { Refusal } from './changes.js';
import { helmYaml } from './helm-yaml.js';

/** A key with its value, as they stand in a text. */
export type Entry = Pair<Node, Node | null>;
/** One written in braces has `flow`. */
export type Mapping = YAMLMap<Node, Node | null>;

/** A values file as text and as nodes with their places in it. */
export interface Source {
  readonly text: string;
  readonly root: Node | null;
  readonly values: Values;
  /** Of the deepest part of the path that is there; both from 1. */
  placeOf(path: ValuesPath): { readonly line: number; readonly column: number };
}

export type Read = { readonly source: Source } | { readonly refusals: readonly Refusal[] };

/** Reads a values file as Helm does. A key that comes twice is refused, though Helm takes the last one: nobody can tell which was meant. */
export function readSource(text: string): Read {
  const lines = new LineCounter();
  const document = parseDocument(text, { ...helmYaml, lineCounter: lines, keepSourceTokens: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const refuse = (code: Refusal['code'], message: string, offset = 0, path = ''): Refusal => ({ code, path, message, ...at(offset) });
  const broken = document.errors.map(({ code, pos }) =>
    refuse('notYaml', code === 'MULTIPLE_DOCS' ? 'holds several documents' : `is no YAML: ${code}`, pos[0]),
  );
  if (broken.length > 0) return { refusals: broken };
  const values = valuesOf(document);
  if (typeof values === 'string') return { refusals: [refuse('notYaml', values)] };
  if (!isMapping(values)) return { refusals: [refuse('notAMapping', 'is no mapping of values', startOf(document.contents) ?? 0)] };
  const twice = duplicatesIn(document.contents);
  if (twice.length > 0)
    return {
      refusals: twice.map(({ path, offset }) => refuse('duplicateKey', 'comes twice, of which Helm takes the last: remove one', offset, showPath(path))),
    };
  const root = document.contents;
  return { source: { text, root, values, placeOf: (path) => at(offsetOf(root, path)) } };
}

/** A text where they cannot be had. */
function valuesOf(document: Document.Parsed): unknown {
  try {
    return document.toJS() ?? {};
  } catch {
    return 'has an alias before its anchor, or too many of them';
  }
}

/** As Helm makes a text of a key: `on` is `true`. */
export const nameOf = ({ key }: Entry): string => (isScalar(key) ? String(key.value ?? '') : '');

export const isEntryOf = (item: unknown): item is Entry => isPair(item) && isNode(item.key);

export const entriesOf = (map: Mapping): readonly Entry[] => map.items.filter(isEntryOf);

export const entryOf = (map: Mapping, name: string): Entry | undefined => entriesOf(map).find((entry) => nameOf(entry) === name);

export const isMerge = (entry: Entry): boolean => isScalar(entry.key) && entry.key.source === '<<' && entry.key.type === 'PLAIN';

interface Duplicate {
  readonly path: ValuesPath;
  readonly offset: number;
}

function duplicatesIn(node: unknown, path: ValuesPath = []): readonly Duplicate[] {
  if (isSeq(node)) return node.items.flatMap((item, index) => duplicatesIn(item, [...path, index]));
  if (!isMap<Node, Node | null>(node)) return [];
  const seen = new Set<string>();
  return entriesOf(node).flatMap((entry) => {
    const name = nameOf(entry);
    const isTwice = seen.has(name);
    seen.add(name);
    return [...(isTwice ? [{ path: [...path, name], offset: startOf(entry.key) ?? 0 }] : []), ...duplicatesIn(entry.value, [...path, name])];
  });
}

function offsetOf(root: Node | null, path: ValuesPath): number {
  let node: Node | null = root;
  let offset = startOf(root) ?? 0;
  for (const part of path) {
    const found = stepInto(node, part);
    if (!found) return offset;
    offset = startOf(found.at) ?? offset;
    node = found.node;
  }
  return offset;
}

/** What one part of a path leads to: of a mapping its entry's value, of a list the item. Undefined where nothing is written there. */
export function stepInto(node: Node | null, part: string | number): { readonly node: Node | null; readonly entry?: Entry; readonly at: unknown } | undefined {
  if (isSeq<Node | null>(node)) {
    const item = typeof part === 'number' ? node.items[part] : undefined;
    return item === undefined ? undefined : { node: item, at: item };
  }
  const entry = isMap<Node, Node | null>(node) && typeof part === 'string' ? entryOf(node, part) : undefined;
  return entry && { node: entry.value, entry, at: entry.key };
}

export const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);
