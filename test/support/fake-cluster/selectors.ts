import { isDeepStrictEqual } from 'node:util';
import type { KubeObject, LabelSelector } from '../../../src/model/kube-object.js';

type Labels = Readonly<Record<string, string>>;

/** As kubectl takes them: `a=b,c!=d,e in (x,y),f notin (z),g,!h`. */
export function matchesLabels(labels: Labels, selector: string): boolean {
  return split(selector).every((term) => matchesTerm(labels, term));
}

const split = (selector: string): string[] =>
  selector
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter((term) => term !== '');

function matchesTerm(labels: Labels, term: string): boolean {
  const set = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(term);
  if (set) {
    const values = (set[3] ?? '').split(',').map((value) => value.trim());
    return values.includes(labels[set[1] ?? ''] ?? '\0') === (set[2] === 'in');
  }
  const equality = /^([^=!\s]+)\s*(==|=|!=)\s*(.*)$/.exec(term);
  if (equality) return (labels[equality[1] ?? ''] === equality[3]) === (equality[2] !== '!=');
  return term.startsWith('!') ? !(term.slice(1) in labels) : term in labels;
}

/** `metadata.name=x,status.phase!=Running` */
export function matchesFields(object: KubeObject, selector: string): boolean {
  return split(selector).every((term) => {
    const [, path = '', operator, wanted] = /^([^=!]+)(==|=|!=)(.*)$/.exec(term) ?? [];
    return (String(at(object, path) ?? '') === wanted) === (operator !== '!=');
  });
}

const at = (object: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined), object);

/** A workload's selector, as an object. An empty one selects nothing here. */
export function selects(selector: LabelSelector | Labels | undefined, labels: Labels = {}): boolean {
  const wanted = (selector && 'matchLabels' in selector ? selector.matchLabels : selector) as Labels | undefined;
  const entries = Object.entries(wanted ?? {});
  return entries.length > 0 && entries.every(([key, value]) => isDeepStrictEqual(labels[key], value));
}
