import { setTimeout as sleep } from 'node:timers/promises';
import type { Values } from '../../model/values.js';
import { put, remove } from '../places.js';
import { type Baseline, baselineOf, decoded, isUnchanged } from './fingerprint.js';
import type { Leaf } from './leaves.js';
import { type Probe, type Sentinel, sentinelsFor } from './probes.js';

/** The chart with these values as text, hooks, tests and notes with it. Fails where the chart refuses them. */
export type Render = (values: Values) => Promise<string>;

export interface Scene {
  readonly values: Values;
  readonly render: Render;
  /** Between two renderings of the same, so that what tells the time differs. */
  readonly apartMilliseconds: number;
}

/** How the leaves are probed. */
export interface Manner {
  readonly probes: readonly Probe[];
  /** Most flags are read, so each is asked alone; where most are asleep all are asked together. */
  readonly flagsAlone: boolean;
}

/** Which of the leaves the chart reads, as things are in the scene. Fails where it does not render at all. */
export async function findRead(scene: Scene, leaves: readonly Leaf[], { probes, flagsAlone }: Manner): Promise<ReadonlySet<Leaf>> {
  const first = await scene.render(scene.values);
  const again = sleep(scene.apartMilliseconds).then(() => scene.render(scene.values));
  const [seen, second] = await Promise.all([findSeen(scene, sentinelsFor(leaves, decoded(first))), again]);
  const search: Search = { ...scene, baseline: baselineOf(first, second) };
  const read = new Set(seen);
  for (const [at, probe] of probes.entries()) {
    const left = leaves.filter((leaf) => !read.has(leaf) && probe(leaf) !== undefined);
    const isAlone = ({ value }: Leaf) => flagsAlone && at === 0 && typeof value === 'boolean';
    const groups = [left.filter((leaf) => !isAlone(leaf)), ...left.filter(isAlone).map((leaf) => [leaf])];
    const found = await Promise.all(groups.map((group) => bisect(search, group, probe)));
    for (const leaf of found.flat()) read.add(leaf);
  }
  return read;
}

interface Search extends Scene {
  readonly baseline: Baseline;
}

const halves = <T>(all: readonly T[]): readonly (readonly T[])[] => [all.slice(0, Math.ceil(all.length / 2)), all.slice(Math.ceil(all.length / 2))];
const setAt = (values: Values, { path }: Leaf, value: unknown): Values => put(values, path, value) as Values;

/** All sentinels at once; a chart that refuses them is asked with half of them. What it refuses alone it has read. */
async function findSeen(scene: Scene, sentinels: readonly Sentinel[]): Promise<readonly Leaf[]> {
  if (sentinels.length === 0) return [];
  const values = sentinels.reduce((all, { leaf, value }) => setAt(all, leaf, value), scene.values);
  const rendered = await scene.render(values).catch(() => undefined);
  if (rendered !== undefined) {
    const text = decoded(rendered);
    return sentinels.filter(({ pattern }) => pattern.test(text)).map(({ leaf }) => leaf);
  }
  if (sentinels.length === 1) return [sentinels[0]!.leaf];
  return (await Promise.all(halves(sentinels).map((half) => findSeen(scene, half)))).flat();
}

/** Leaves that change something when they are set to what the probe says: all at once, then halves. */
async function bisect(search: Search, leaves: readonly Leaf[], probe: Probe): Promise<readonly Leaf[]> {
  if (leaves.length === 0 || !(await changes(search, leaves, probe))) return [];
  if (leaves.length === 1) return leaves;
  const found = (await Promise.all(halves(leaves).map((half) => bisect(search, half, probe)))).flat();
  return found.length > 0 ? found : together(search, leaves, probe);
}

/** Only several of them together change something (`or .a .b`): those without which nothing changes; all where no single one is needed. */
async function together(search: Search, leaves: readonly Leaf[], probe: Probe): Promise<readonly Leaf[]> {
  const needed = await Promise.all(
    leaves.map(async (leaf) =>
      (await changes(
        search,
        leaves.filter((each) => each !== leaf),
        probe,
      ))
        ? []
        : [leaf],
    ),
  );
  return needed.flat().length > 0 ? needed.flat() : leaves;
}

async function changes({ values, render, baseline }: Search, leaves: readonly Leaf[], probe: Probe): Promise<boolean> {
  const probed = leaves.reduce((all, leaf) => applyProbe(all, leaf, probe), values);
  const rendered = await render(probed).catch(() => undefined);
  return rendered === undefined || !isUnchanged(baseline, rendered);
}

function applyProbe(values: Values, leaf: Leaf, probe: Probe): Values {
  const asked = probe(leaf);
  if (asked === undefined) return values;
  return asked === 'absent' ? remove(values, leaf.path) : setAt(values, leaf, asked.value);
}
