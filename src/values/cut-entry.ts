import type { Node } from 'yaml';
import type { ValuesPath } from '../model/values-path.js';
import { colonEnd, contentEnd, extentOf } from './extent.js';
import { type Edit, isBlank, lineEnd, lineStart } from './lines.js';
import { type Entry, entriesOf, type Mapping, startOf, stepInto } from './source.js';

/** An entry with the mapping that holds it, from the root to the deepest. */
export interface Held {
  readonly map: Mapping;
  readonly entry: Entry;
  /** It is an item of a list, or the root: it stays, empty. */
  readonly isItem: boolean;
}

/** The entries on the way to the path; none where it leads nowhere. */
export function chainTo(root: Node | null, path: ValuesPath): readonly Held[] {
  const chain: Held[] = [];
  let node: Node | null = root;
  for (const [at, part] of path.entries()) {
    const step = stepInto(node, part);
    if (!step) return [];
    if (step.entry) chain.push({ map: node as Mapping, entry: step.entry, isItem: typeof path[at - 1] !== 'string' });
    node = step.node;
  }
  return chain;
}

/**
 * Cuts the entry at the end of the chain, with the comments that belong to it, and every mapping that is empty without it; of these only the key goes,
 * other comments in them stay.
 */
export function cutEntry(text: string, chain: readonly Held[]): readonly Edit[] {
  const empty = emptied(chain);
  const top = empty[0]!;
  if (top.isItem && top !== chain[0] && top.map.items.length === 1) return [hollow(text, top)];
  const leaf = empty.at(-1)!;
  const outerFlow = empty.findIndex(({ map }) => map.flow);
  const cut = outerFlow < 0 ? leaf : empty[Math.max(0, outerFlow - 1)]!;
  if (cut.map.flow) return [cutFromFlow(text, cut)];
  const above = empty.slice(0, empty.indexOf(cut));
  return [cutBlock(text, cut, cut === leaf), ...above.map(({ entry }) => cutKey(text, entry))];
}

/** From the outermost mapping that becomes empty down to the entry. */
function emptied(chain: readonly Held[]): readonly Held[] {
  let at = chain.length - 1;
  while (at > 0 && chain[at]!.map.items.length === 1 && !chain[at]!.isItem) at--;
  return chain.slice(at);
}

const hollow = (text: string, { map }: Held): Edit => {
  const last = entriesOf(map).at(-1)!;
  const end = map.flow ? map.range![1] : contentEnd(text, last);
  const kept = text[end - 1] === '\n' ? (text[end - 2] === '\r' ? '\r\n' : '\n') : '';
  return { start: map.range![0], end, text: `{}${kept}` };
};

function cutBlock(text: string, { map, entry }: Held, withComments: boolean): Edit {
  const { lead, start, key, end } = extentOf(text, entry);
  const isAfterDash = start === key && lineStart(text, key) !== key;
  if (!isAfterDash) return { start: withComments ? lead : start, end, text: '' };
  // The next entry moves up to the dash.
  const next = entriesOf(map)[1];
  return { start: key, end: next ? skipSpace(text, end) : end, text: '' };
}

const skipSpace = (text: string, from: number): number => from + /^\s*/.exec(text.slice(from))![0].length;

function cutKey(text: string, { key }: Entry): Edit {
  const start = startOf(key)!;
  const [line, end, colon] = [lineStart(text, start), lineEnd(text, start), colonEnd(text, key)];
  return isBlank(text.slice(line, start)) && isBlank(text.slice(colon, end))
    ? { start: line, end, text: '' }
    : { start, end: skipBlanks(text, colon), text: '' };
}

const skipBlanks = (text: string, from: number): number => from + /^[ \t]*/.exec(text.slice(from))![0].length;

function cutFromFlow(text: string, { map, entry }: Held): Edit {
  const all = entriesOf(map);
  const at = all.indexOf(entry);
  const end = (each: Entry) => each.value?.range?.[1] ?? each.key.range![1];
  const next = all[at + 1];
  if (next) return { start: startOf(entry.key)!, end: upTo(text, end(entry), startOf(next.key)!), text: '' };
  const before = all[at - 1];
  return before ? { start: end(before), end: end(entry), text: '' } : { start: map.range![0], end: map.range![1], text: '{}' };
}

/** To the next entry; a comment between them stays. */
function upTo(text: string, end: number, next: number): number {
  const between = text.slice(end, next);
  return between.includes('#') ? end + /^\s*,[ \t]*/.exec(between)![0].length : next;
}
