/** Where the line that holds the offset begins. */
export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** After the line's end, or the text's. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at + 1;
}

/** As the text ends its lines. */
export const lineBreakOf = (text: string): string => (/\r?\n/.exec(text)?.[0] === '\r\n' ? '\r\n' : '\n');

/** Spaces before the first character of the line that begins at the offset. */
export const indentAt = (text: string, start: number): number => /^ */.exec(text.slice(start, lineEnd(text, start)))![0].length;

export const isBlank = (line: string): boolean => line.trim() === '';
export const isComment = (line: string): boolean => /^\s*#/.test(line);

/** With their line breaks. */
export const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** The line so many columns further in, or out; how it stands to its neighbours stays, so that block scalars say the same. */
export function shiftLine(line: string, by: number): string {
  if (line.replace(/\r?\n$/, '') === '') return line;
  if (by >= 0) return `${' '.repeat(by)}${line}`;
  return line.slice(Math.min(-by, /^ */.exec(line)![0].length));
}

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** None of them may overlap. */
export const applyEdits = (text: string, edits: readonly Edit[]): string =>
  edits.toSorted((left, right) => right.start - left.start).reduce((all, { start, end, text: by }) => all.slice(0, start) + by + all.slice(end), text);
