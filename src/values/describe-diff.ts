import { type DiffLine, diffLines } from './diff-lines.js';
import { hideSecrets } from './hide-secrets.js';
import { linesOf } from './lines.js';

export interface DiffOptions {
  readonly before: string;
  readonly after: string;
  /** What the file is called in the head. */
  readonly name: string;
  readonly showSecrets?: boolean | undefined;
}

const around = 3;

/** A unified diff as `diff -u` prints it, without what looks like secrets; empty where nothing differs. */
export function describeDiff({ before, after, name, showSecrets = false }: DiffOptions): string {
  const [old, made] = showSecrets ? [before, after] : hideSecrets([before, after]);
  const lines = diffLines(linesOf(old!), linesOf(made!));
  const hunks = hunksOf(lines);
  return hunks.length === 0 ? '' : [`--- ${name}\n`, `+++ ${name} (migrated)\n`, ...hunks.map(hunkText)].join('');
}

interface Hunk {
  readonly lines: readonly DiffLine[];
  /** From 1. */
  readonly old: number;
  readonly made: number;
}

function hunksOf(lines: readonly DiffLine[]): readonly Hunk[] {
  const shown = lines.map((_, at) => lines.slice(Math.max(0, at - around), at + around + 1).some(({ kind }) => kind !== ' '));
  const hunks: { lines: DiffLine[]; old: number; made: number }[] = [];
  let [old, made] = [1, 1];
  for (const [at, line] of lines.entries()) {
    if (shown[at] && !shown[at - 1]) hunks.push({ lines: [], old, made });
    if (shown[at]) hunks.at(-1)!.lines.push(line);
    if (line.kind !== '+') old++;
    if (line.kind !== '-') made++;
  }
  return hunks;
}

function hunkText({ lines, old, made }: Hunk): string {
  const count = (kind: '-' | '+') => lines.filter((line) => line.kind === ' ' || line.kind === kind).length;
  const range = (start: number, length: number) => `${length === 0 ? start - 1 : start},${length}`;
  const body = lines.map(({ kind, text }) => `${kind}${text.endsWith('\n') ? text : `${text}\n\\ No newline at end of file\n`}`);
  return `@@ -${range(old, count('-'))} +${range(made, count('+'))} @@\n${body.join('')}`;
}
