import type { Values } from '../model/values.js';
import { showPath, type ValuesPath } from '../model/values-path.js';
import { put, remove, valueAt } from './places.js';

/** One change of values, at places that are there. A map's application is a list of them, the same for data and for text. */
export type Change =
  | { readonly kind: 'move'; readonly from: ValuesPath; readonly to: ValuesPath }
  | { readonly kind: 'delete'; readonly path: ValuesPath; readonly because: 'delete' | 'sameAt'; readonly sameAt?: ValuesPath }
  | { readonly kind: 'put'; readonly path: ValuesPath; readonly value: unknown; readonly because: 'replaceValue' | 'transform' | 'default' | 'set' };

/** Why values are not changed at all. */
export interface Refusal {
  readonly code:
    | 'notYaml'
    | 'notAMapping'
    | 'duplicateKey'
    | 'conflict'
    | 'throughNonMapping'
    | 'notConvertible'
    | 'notStable'
    | 'mergeKey'
    | 'anchor'
    | 'notRewritable';
  /** As Helm's `--set` writes it; empty for the whole file. */
  readonly path: string;
  /** Quotes no value. */
  readonly message: string;
  /** Of a text, both from 1. */
  readonly line?: number;
  readonly column?: number;
}

export function applyChange(values: Values, change: Change): Values {
  if (change.kind === 'delete') return remove(values, change.path);
  if (change.kind === 'put') return put(values, change.path, change.value) as Values;
  return put(remove(values, change.from), change.to, valueAt(values, change.from)) as Values;
}

const reasons = { replaceValue: 'replaced the value of', transform: 'converted', default: 'added the default of', set: 'set' } as const;

/** For people, without values. */
export function describeChange(change: Change): string {
  if (change.kind === 'move') return `moved ${showPath(change.from)} to ${showPath(change.to)}`;
  if (change.kind === 'put') return `${reasons[change.because]} ${showPath(change.path)}`;
  return change.sameAt ? `dropped ${showPath(change.path)}: ${showPath(change.sameAt)} says the same` : `deleted ${showPath(change.path)}`;
}

/** Where the change begins, for whoever shows it in a text. */
export const placeOf = (change: Change): ValuesPath => (change.kind === 'move' ? change.from : change.path);
