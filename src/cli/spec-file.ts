import { type Document, isMap, isNode, isPair, isSeq, LineCounter, parseDocument } from 'yaml';

/** Where something stands in a file; both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface SpecProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

export interface PlacedProblem extends SpecProblem {
  readonly file: string;
  readonly position: Position;
}

/** A spec as it was written: its content, and where each part of it stands. */
export interface SpecFile {
  readonly file: string;
  readonly spec: unknown;
  /** Of the deepest part of the path that exists: a missing field is shown at what should hold it, an unknown key at itself. */
  positionOf(path: readonly (string | number)[]): Position;
  /** Not empty when the file is no YAML; `spec` is then worthless. */
  readonly problems: readonly PlacedProblem[];
}

/** Reads YAML (JSON is YAML, too). Never throws. */
export function readSpecText(file: string, text: string): SpecFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems = document.errors.map(({ message, pos }) => ({ file, path: [], message: said(message), position: place(pos[0]) }));
  return {
    file,
    spec: problems.length === 0 ? document.toJS() : undefined,
    positionOf: (path) => place(offsetOf(document, path)),
    problems,
  };
}

const said = (message: string) => (message.startsWith('Source contains multiple documents') ? 'one spec per file: this one holds several documents' : message);

function offsetOf(document: Document.Parsed, path: readonly (string | number)[]): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const part of path) {
    const found = step(node, part);
    if (!found) return offset;
    offset = found.offset ?? offset;
    node = found.node;
  }
  return offset;
}

function step(node: unknown, part: string | number): { readonly node: unknown; readonly offset: number | undefined } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(part)];
    return item === undefined ? undefined : { node: item, offset: startOf(item) };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find((each) => isPair(each) && String(each.key) === String(part));
  return pair && { node: pair.value, offset: startOf(pair.key) };
}

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);

/** `spec.yaml:12:3 target.values: expected …`, the compilers' form that editors jump to. */
export function showProblem({ file, position: { line, column }, path, message }: PlacedProblem): string {
  const at = path.length > 0 && !message.startsWith('unknown key') ? `${path.join('.')}: ` : '';
  const unknown = path.length > 1 && message.startsWith('unknown key') ? ` in ${path.slice(0, -1).join('.')}` : '';
  return `${file}:${line}:${column} ${at}${message}${unknown}`;
}
