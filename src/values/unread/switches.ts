import { isMapping, type Values } from '../../model/values.js';
import { showPath, type ValuesPath } from '../../model/values-path.js';
import { isEqual, put, valueAt } from '../places.js';
import type { Leaf } from './leaves.js';

/** Another value that may wake what is asleep. */
export interface Switch {
  readonly path: ValuesPath;
  readonly value: unknown;
}

/** A value that templates compare with a text. */
export interface Comparison {
  readonly path: readonly string[];
  readonly with: string;
}

const innerSwitch = /^(enabled|create|install|deploy)$/i;
const existing = /^existing/i;

/** What may wake the leaf, the nearest first: flags beside it and beside what holds it, `enabled` of their neighbours, references to what exists already. */
export function switchesOf({ path }: Leaf, all: Values): readonly Switch[] {
  return path.flatMap((_, at) => switchesIn(all, path.slice(0, path.length - 1 - at))).filter((each) => !isEqual(each.path, path));
}

function switchesIn(all: Values, at: ValuesPath): readonly Switch[] {
  const held = valueAt(all, at);
  if (!isMapping(held)) return [];
  return Object.entries(held).flatMap(([key, value]): readonly Switch[] => {
    if (typeof value === 'boolean') return [{ path: [...at, key], value: !value }];
    if (typeof value === 'string' && value !== '' && existing.test(key)) return [{ path: [...at, key], value: '' }];
    if (!isMapping(value)) return [];
    return Object.entries(value).flatMap(([inner, flag]) =>
      typeof flag === 'boolean' && innerSwitch.test(inner) ? [{ path: [...at, key, inner], value: !flag }] : [],
    );
  });
}

/** Literals that the chart's templates ask for and that are not set now. */
export const comparedIn = (comparisons: readonly Comparison[], all: Values): readonly Switch[] =>
  distinct(
    comparisons
      .filter((each) => typeof valueAt(all, each.path) === 'string' && valueAt(all, each.path) !== each.with)
      .map((each) => ({ path: each.path, value: each.with })),
  );

/** Those in mappings that hold the leaf, without those of the whole chart. */
export const withinTop = (switches: readonly Switch[], { path }: Leaf): readonly Switch[] =>
  switches.filter((each) => each.path[0] === path[0] && path.length > 1);

export const turn = (values: Values, switches: readonly Switch[]): Values =>
  switches.reduce<Values>((all, { path, value }) => put(all, path, value) as Values, values);

export const distinct = (switches: readonly Switch[]): readonly Switch[] => [...new Map(switches.map((each) => [showSwitch(each), each])).values()];

/** `ingress.enabled: true` */
export const showSwitch = ({ path, value }: Switch): string => `${showPath(path)}: ${value === '' ? '""' : String(value)}`;
