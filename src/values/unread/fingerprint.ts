import { diffLines } from '../diff-lines.js';

/** One rendered document. */
interface Part {
  readonly source: string;
  readonly lines: readonly string[];
}

/** What two renderings of the same agree in. */
export interface Baseline {
  readonly parts: readonly Part[];
  readonly masks: readonly Mask[];
  /** All that was rendered, decoded as well. */
  readonly text: string;
}

interface Mask {
  readonly source: string;
  hides(line: string): boolean;
}

const encoded = /^(\s*[-\w./"]+:\s*)["']?([A-Za-z0-9+/]{8,}={0,2})["']?\s*$/;
const printable = /^[\t\n\r\u0020-\u007e\u00a0-\uffff]+$/;

function decode(line: string): readonly string[] {
  const [, key, value] = encoded.exec(line) ?? [];
  if (key === undefined || value === undefined || value.length % 4 !== 0) return [line];
  const text = Buffer.from(value, 'base64').toString();
  return printable.test(text) && !text.includes('\ufffd') ? text.split('\n').map((each) => `${key}${each}`) : [line];
}

/** What Secrets hold counts line by line, too. */
const partsOf = (rendered: string): readonly Part[] =>
  rendered.split(/^---\s*$/m).map((text) => ({ source: /^# Source: (.*)$/m.exec(text)?.[1] ?? '', lines: text.split('\n').flatMap(decode) }));

export const decoded = (rendered: string): string =>
  partsOf(rendered)
    .flatMap(({ lines }) => lines)
    .join('\n');

export function baselineOf(first: string, second: string): Baseline {
  const [parts, again] = [partsOf(first), partsOf(second)];
  const isSameShape = parts.length === again.length && parts.every(({ source }, at) => source === again[at]!.source);
  const masks = isSameShape
    ? parts.flatMap((part, at) => masksOf(part, again[at]!))
    : [...new Set([...parts, ...again].map(({ source }) => source))].map(wholly);
  return { parts, masks, text: `${decoded(first)}\n${decoded(second)}` };
}

const wholly = (source: string): Mask => ({ source, hides: () => true });

/** Lines that differ are random: whatever begins as they do is hidden in this document. */
function masksOf(part: Part, again: Part): readonly Mask[] {
  const lines = diffLines(part.lines, again.lines);
  const [gone, come] = (['-', '+'] as const).map((wanted) => lines.filter(({ kind }) => kind === wanted).map(({ text }) => text));
  return [
    ...gone!.map((line, at) => maskOf(part.source, line, come![at] ?? line)),
    ...come!.slice(gone!.length).map((line) => maskOf(part.source, line, line)),
  ];
}

/** One word, such as a line of a certificate; its last line may be short. */
const randomLine = /^\s*["']?[-A-Za-z0-9+/=_]+["']?$/;

function maskOf(source: string, line: string, other: string): Mask {
  const prefix = line === other ? (/^\s*[-\w./"]+:/.exec(line)?.[0] ?? '') : commonStart(line, other);
  return { source, hides: prefix.trim() === '' ? (each) => randomLine.test(each) || each === line || each === other : (each) => each.startsWith(prefix) };
}

/** Up to the last character that separates words, of which a colon is none: random ones may begin alike by chance, and so do times of one minute. */
function commonStart(left: string, right: string): string {
  let at = 0;
  while (at < left.length && left[at] === right[at]) at++;
  return /^.*[\s"'=,]/s.exec(left.slice(0, at))?.[0] ?? '';
}

/** Whether a rendering says nothing else than the baseline. */
export function isUnchanged({ parts, masks }: Baseline, rendered: string): boolean {
  const now = partsOf(rendered);
  return now.length === parts.length && now.every((part, at) => part.source === parts[at]!.source && shown(part, masks) === shown(parts[at]!, masks));
}

function shown({ source, lines }: Part, masks: readonly Mask[]): string {
  const hiding = masks.filter((mask) => mask.source === source);
  return hiding.length === 0 ? lines.join('\n') : lines.filter((line) => !hiding.some((mask) => mask.hides(line))).join('\n');
}
