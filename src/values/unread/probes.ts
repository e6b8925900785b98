import { isMapping } from '../../model/values.js';
import type { Leaf } from './leaves.js';

/** Something to look for in what is rendered. */
export interface Sentinel {
  readonly leaf: Leaf;
  readonly value: unknown;
  readonly pattern: RegExp;
}

const firstNumber = 20_011;
const quantity = /^\d+(?:\.\d+)?([A-Za-z%]{0,3})$/;

/** One per leaf that can carry one: texts, numbers, empty collections. Of a form that most templates take: a DNS label, a port, a quantity with its unit. */
export function sentinelsFor(leaves: readonly Leaf[], rendered: string): readonly Sentinel[] {
  const free = numbersNotIn(rendered);
  return leaves.flatMap((leaf, index) => sentinelFor(leaf, `zq${(index + 1296).toString(36)}xk`, free) ?? []);
}

function sentinelFor(leaf: Leaf, name: string, free: () => number): Sentinel | undefined {
  const { value } = leaf;
  if (typeof value === 'boolean') return undefined;
  if (typeof value === 'number') return numbered(leaf, free(), '');
  const unit = typeof value === 'string' ? quantity.exec(value)?.[1] : undefined;
  if (unit !== undefined) return numbered(leaf, free(), unit);
  if (Array.isArray(value)) return named(leaf, name, [name]);
  return named(leaf, name, isMapping(value) ? { [name]: name } : name);
}

const named = (leaf: Leaf, name: string, value: unknown): Sentinel => ({ leaf, value, pattern: new RegExp(name, 'i') });

const numbered = (leaf: Leaf, number: number, unit: string): Sentinel => ({
  leaf,
  value: typeof leaf.value === 'number' ? number : `${number}${unit}`,
  pattern: new RegExp(`(?<![A-Za-z0-9.])${number}(?![0-9])`),
});

function numbersNotIn(rendered: string): () => number {
  let next = firstNumber;
  return () => {
    while (rendered.includes(String(next))) next++;
    return next++;
  };
}

/** What a leaf is set to, to see whether anything changes; undefined leaves it as it is. */
export type Probe = (leaf: Leaf) => { readonly value: unknown } | 'absent' | undefined;

const sameType: Probe = ({ value }) => {
  if (typeof value === 'boolean') return { value: !value };
  if (typeof value === 'number') return { value: value + 1 };
  if (typeof value === 'string')
    return { value: quantity.test(value) ? `${Number.parseInt(value, 10) + 1}${quantity.exec(value)![1]}` : `zq-${value.length}-other` };
  if (Array.isArray(value)) return { value: ['zq-other'] };
  return { value: isMapping(value) ? { 'zq-other': 'zq-other' } : 'zq-other' };
};

const empty: Probe = ({ value }) => {
  if (typeof value === 'string') return { value: value === '' ? 'zq-full' : '' };
  return typeof value === 'number' ? { value: value === 0 ? 7 : 0 } : undefined;
};

/** `eq` and `contains` fail, `toYaml` shows it. */
const otherType: Probe = ({ value }) => ({ value: isMapping(value) || Array.isArray(value) ? 'zq-text' : { 'zq-key': ['zq-item'] } });

/** Back to the chart's default. */
const absent: Probe = ({ path }) => (typeof path.at(-1) === 'string' ? 'absent' : undefined);

/** In this order; what one of them shows is read. */
export const thorough: readonly Probe[] = [sameType, empty, otherType, absent];
export const quick: readonly Probe[] = [sameType, otherType];
