/**
 * Does a server's version satisfy a chart's `kubeVersion`? The part of Helm's constraint language that charts use there:
 * comparisons, ^, ~, x-ranges, hyphen-less lists by space or comma, and alternatives by ||. Pre-releases count as their release.
 * @see https://helm.sh/docs/topics/charts/#the-kubeversion-field
 */
export function satisfies(version: string, constraint: string): boolean {
  const server = numbersOf(version);
  return constraint.split('||').some((all) =>
    all
      .trim()
      .replace(/(>=|<=|!=|>|<|=|\^|~)\s+/g, '$1')
      .split(/[\s,]+/)
      .filter(Boolean)
      .every((term) => holds(server, term)),
  );
}

type Version = readonly number[];

/** `v1.34.4+k3s1` → [1, 34, 4]; a part that is x or * ends it. */
function numbersOf(text: string): Version {
  const parts = text
    .replace(/^[^0-9xX*]*/, '')
    .split(/[+-]/)[0]!
    .split('.');
  const wild = parts.findIndex((part) => !/^\d+$/.test(part));
  return (wild < 0 ? parts : parts.slice(0, wild)).map(Number);
}

function compare(left: Version, right: Version): number {
  for (const [index, part] of right.entries()) {
    const other = left[index] ?? 0;
    if (other !== part) return other - part;
  }
  return 0;
}

function holds(server: Version, term: string): boolean {
  const [, operator = '', text = ''] = /^(>=|<=|!=|>|<|=|\^|~)?(.*)$/.exec(term) ?? [];
  const wanted = numbersOf(text);
  const order = compare(server, wanted);
  switch (operator) {
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    case '!=':
      return order !== 0;
    case '^':
      return order >= 0 && server[0] === wanted[0];
    case '~':
      return order >= 0 && compare(server, wanted.slice(0, 2)) === 0;
    default:
      return order === 0;
  }
}
