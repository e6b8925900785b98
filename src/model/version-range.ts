/**
 * Does a version satisfy a range such as a chart's `kubeVersion`, as Helm sees it? Comparisons, ^, ~, x-ranges, hyphen ranges, lists by space or comma,
 * and alternatives by ||. A pre-release (`v1.29.1-eks-1a2b`) satisfies only a list that names one itself, as in `>=1.21.0-0`.
 * @see https://helm.sh/docs/topics/charts/#the-kubeversion-field
 * @see https://github.com/Masterminds/semver#checking-version-constraints
 */
export function satisfies(version: string, constraint: string): boolean {
  return constraint.split('||').some((list) => satisfiesAll(version, termsOf(list)));
}

const legalTerm = /^(>=|=>|<=|=<|!=|>|<|=|\^|~)?v?(\d+|[xX*])(\.(\d+|[xX*])){0,2}([-+][0-9A-Za-z.+-]+)?$/;

/** Whether it is a range that `satisfies` reads. */
export const isVersionRange = (text: string): boolean =>
  text.split('||').every((list) => termsOf(list).length > 0 && termsOf(list).every((term) => legalTerm.test(term)));

function satisfiesAll(version: string, terms: readonly string[]): boolean {
  const isPreRelease = version.split('+')[0]!.includes('-');
  if (isPreRelease && terms.length > 0 && !terms.some((term) => term.includes('-'))) return false;
  return terms.every((term) => holds(numbersOf(version), term));
}

const termsOf = (list: string): readonly string[] =>
  list
    .trim()
    .replace(/(\S+)\s+-\s+(\S+)/g, '>=$1 <=$2')
    .replace(/(>=|=>|<=|=<|!=|>|<|=|\^|~)\s+/g, '$1')
    .split(/[\s,]+/)
    .filter(Boolean);

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

/** Of the parts that `right` names: 1.21 stands for all of its patches. */
function compare(left: Version, right: Version): number {
  for (const [index, part] of right.entries()) {
    const other = left[index] ?? 0;
    if (other !== part) return other - part;
  }
  return 0;
}

const operators: Readonly<Record<string, (order: number, server: Version, wanted: Version) => boolean>> = {
  '>=': (order) => order >= 0,
  '=>': (order) => order >= 0,
  '<=': (order) => order <= 0,
  '=<': (order) => order <= 0,
  '>': (order) => order > 0,
  '<': (order) => order < 0,
  '!=': (order) => order !== 0,
  '^': (order, server, wanted) => order >= 0 && compare(server, wanted.slice(0, 1)) === 0,
  '~': (order, server, wanted) => order >= 0 && compare(server, wanted.slice(0, 2)) === 0,
  '=': (order) => order === 0,
};

function holds(server: Version, term: string): boolean {
  const [, operator = '=', text = ''] = /^(>=|=>|<=|=<|!=|>|<|=|\^|~)?(.*)$/.exec(term) ?? [];
  const wanted = numbersOf(text);
  return operators[operator]!(compare(server, wanted), server, wanted);
}
