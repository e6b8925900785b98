/** A line of two texts laid over each other: in both, in the old one only, in the new one only. */
export interface DiffLine {
  readonly kind: ' ' | '-' | '+';
  readonly text: string;
}

const lines = (kind: DiffLine['kind'], texts: readonly string[]): readonly DiffLine[] => texts.map((text) => ({ kind, text }));

/** By a longest common subsequence of what lies between the first and the last difference; what goes comes before what is new. */
export function diffLines(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const middle = diffMiddle(before.slice(head, before.length - tail), after.slice(head, after.length - tail));
  return [...lines(' ', before.slice(0, head)), ...middle, ...lines(' ', before.slice(before.length - tail))];
}

function diffMiddle(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const common = commonLengths(before, after);
  const found: DiffLine[] = [];
  let [x, y] = [0, 0];
  while (x < before.length && y < after.length) {
    if (before[x] === after[y]) {
      found.push({ kind: ' ', text: before[x]! });
      x++;
      y++;
    } else if (common[x + 1]![y]! >= common[x]![y + 1]!) found.push({ kind: '-', text: before[x++]! });
    else found.push({ kind: '+', text: after[y++]! });
  }
  return [...found, ...lines('-', before.slice(x)), ...lines('+', after.slice(y))];
}

/** Of what is left of both from each pair of lines on. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly Uint32Array[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let x = before.length - 1; x >= 0; x--)
    for (let y = after.length - 1; y >= 0; y--) rows[x]![y] = before[x] === after[y] ? rows[x + 1]![y + 1]! + 1 : Math.max(rows[x + 1]![y]!, rows[x]![y + 1]!);
  return rows;
}
