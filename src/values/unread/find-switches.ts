import type { Values } from '../../model/values.js';
import type { Leaf } from './leaves.js';
import { type Comparison, comparedIn, distinct, type Switch, showSwitch, switchesOf, withinTop } from './switches.js';

/** Which of the leaves are read with the switches turned, in a cluster that has every API, as an upgrade. Fails where that does not render. */
export type Ask = (leaves: readonly Leaf[], switches: readonly Switch[]) => Promise<ReadonlySet<Leaf>>;

/** What wakes each leaf that can be woken. First everything at once, to see which can be; only then one switch after another, to see what does it. */
export async function findSwitches(ask: Ask, asleep: readonly Leaf[], all: Values, comparisons: readonly Comparison[]): Promise<ReadonlyMap<Leaf, string>> {
  const woken = new Map<Leaf, string>();
  const left = () => asleep.filter((leaf) => !woken.has(leaf));
  await tryOut(ask, left(), [], woken, 'an API that the cluster lacks here, or an upgrade');
  for (const wanted of [true, false]) {
    const near = (leaf: Leaf) => switchesOf(leaf, all).filter(({ value }) => (value === true) === wanted);
    const some = left().filter((leaf) => near(leaf).length > 0);
    if (some.length === 0) continue;
    const awake = await ask(some, distinct(some.flatMap(near))).catch(() => new Set(some));
    await nameSwitches(ask, [...awake], near, woken);
  }
  for (const each of comparedIn(comparisons, all)) await tryOut(ask, left(), [each], woken);
  return woken;
}

async function tryOut(
  ask: Ask,
  leaves: readonly Leaf[],
  switches: readonly Switch[],
  woken: Map<Leaf, string>,
  words = switches.map(showSwitch).join(', '),
): Promise<void> {
  if (leaves.length === 0) return;
  // A chart that does not render so tells nothing.
  for (const leaf of await ask(leaves, switches).catch((): ReadonlySet<Leaf> => new Set())) if (!woken.has(leaf)) woken.set(leaf, words);
}

/** The nearest switch that wakes a leaf alone; where none does, all that lie on its way; then all that are near. */
async function nameSwitches(ask: Ask, leaves: readonly Leaf[], near: (leaf: Leaf) => readonly Switch[], woken: Map<Leaf, string>): Promise<void> {
  const singles = distinct(leaves.flatMap(near));
  const found = await Promise.all(
    singles.map(async (each) => {
      const alone = new Map<Leaf, string>();
      const some = leaves.filter((leaf) => near(leaf).some((other) => showSwitch(other) === showSwitch(each)));
      await tryOut(ask, some, [each], alone);
      return alone;
    }),
  );
  for (const leaf of leaves) {
    const nearest = near(leaf).find((each) => found[singles.findIndex((other) => showSwitch(other) === showSwitch(each))]?.has(leaf));
    if (nearest) woken.set(leaf, showSwitch(nearest));
  }
  for (const several of [(leaf: Leaf) => withinTop(near(leaf), leaf), near]) {
    const groups = Map.groupBy(
      leaves.filter((leaf) => !woken.has(leaf)),
      (leaf) => several(leaf).map(showSwitch).join(', '),
    );
    await Promise.all([...groups.values()].map((group) => tryOut(ask, group, distinct(several(group[0]!)), woken)));
  }
}
