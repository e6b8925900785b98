import { isMapping, type Values } from '../../model/values.js';
import { showPath, type ValuesPath } from '../../model/values-path.js';
import { valueAt } from '../places.js';
import { type Ask, findSwitches } from './find-switches.js';
import { coalesce, type Leaf, leavesOf, topsOf } from './leaves.js';
import { quick, thorough } from './probes.js';
import { findRead } from './search.js';
import { pathsIn, suggest } from './suggest.js';
import { type Comparison, turn } from './switches.js';

/** A chart as it is asked. */
export interface ReadChart {
  /** Of the chart and, under their names, of its dependencies. */
  readonly defaults: Values;
  readonly comparisons: readonly Comparison[];
  /** The chart with these values, hooks, tests and notes with it; `everywhere`: in a cluster that has every API it asks for, as an upgrade. */
  template(values: Values, everywhere?: boolean): Promise<string>;
}

export interface UnreadKey {
  /** As Helm's `--set` writes it; a mapping stands for all that is in it. */
  readonly path: string;
  readonly line?: number;
  /** A key of the new chart that may be meant. */
  readonly suggestion?: string;
}

export interface DormantKey extends UnreadKey {
  /** What wakes it: `ingress.enabled: true`. */
  readonly wokenBy: string;
}

export interface UnreadReport {
  readonly unread: readonly UnreadKey[];
  readonly dormant: readonly DormantKey[];
  /** Values that hold no other. */
  readonly checked: number;
  readonly renderings: number;
}

export interface UnreadOptions {
  /** Renderings at a time. */
  readonly parallel?: number;
  readonly apartMilliseconds?: number;
  /** Where a path stands in the user's file. */
  readonly lineOf?: (path: ValuesPath) => number;
}

/**
 * Keys of the user's values that the chart does not read: setting them to something else, of the same type and of another, together and alone, changes
 * nothing that it renders. What it reads only when something else is switched on is dormant. Fails where the chart does not render with the values.
 */
export async function findUnread(values: Values, chart: ReadChart, options: UnreadOptions = {}): Promise<UnreadReport> {
  const { parallel = 4, apartMilliseconds = 1100 } = options;
  const limited = limit(parallel);
  let renderings = 0;
  const render = (given: Values, everywhere: boolean) =>
    limited(() => {
      renderings++;
      return chart.template(given, everywhere);
    });
  const leaves = leavesOf(values);
  const read = await findRead({ values, render: (given) => render(given, false), apartMilliseconds }, leaves, { probes: thorough, flagsAlone: true });
  const asleep = leaves.filter((leaf) => !read.has(leaf));
  const ask: Ask = async (some, switches) => {
    const turned = turn(values, switches);
    const now = new Map(some.map((leaf) => [{ path: leaf.path, value: valueAt(turned, leaf.path) }, leaf]));
    const scene = { values: turned, render: (given: Values) => render(given, true), apartMilliseconds };
    const awake = await findRead(scene, [...now.keys()], { probes: quick, flagsAlone: false });
    return new Set([...awake].map((leaf) => now.get(leaf)!));
  };
  const woken = await findSwitches(ask, asleep, coalesce(chart.defaults, values), chart.comparisons);
  return { ...told(values, chart, options, asleep, woken), checked: leaves.length, renderings };
}

function told(
  values: Values,
  chart: ReadChart,
  { lineOf }: UnreadOptions,
  asleep: readonly Leaf[],
  woken: ReadonlyMap<Leaf, string>,
): Pick<UnreadReport, 'unread' | 'dormant'> {
  const known = pathsIn(chart.defaults);
  const at = (path: ValuesPath) => ({ path: showPath(path), ...(lineOf && { line: lineOf(path) }) });
  const never = asleep.filter((leaf) => !woken.has(leaf));
  const groups = [...Map.groupBy(woken.keys(), (leaf) => woken.get(leaf)!)];
  return {
    unread: topsOf(values, never, chart.defaults).map((path) => {
      const isMap = isMapping(valueAt(values, path));
      const suggestion = suggest(
        path,
        known.filter((other) => isMapping(valueAt(chart.defaults, other)) === isMap),
      );
      return { ...at(path), ...(suggestion !== undefined && { suggestion }) };
    }),
    dormant: groups.flatMap(([wokenBy, group]) => topsOf(values, group, chart.defaults).map((path) => ({ ...at(path), wokenBy }))),
  };
}

/** No more than so many at a time. */
function limit(parallel: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = parallel;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free === 0) await new Promise<void>((next) => waiting.push(next));
    else free--;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
