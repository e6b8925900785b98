import type { Revision } from '../../adapters/helm/helm.js';
import { failure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import { type ChartRef, type ReleaseRef, showRef } from '../../model/refs.js';
import type { ValuesOverlay, ValuesSource } from '../../model/values-source.js';
import type { Adapters } from '../adapters.js';
import { fieldsPatch } from '../objects/fields.js';
import { chartProblems } from './capture-release.js';
import { keptPath } from './helm-ownership.js';
import { valuesFor } from './prepared-values.js';
import { isOfStep } from './release-labels.js';
import { rememberedObjects } from './release-memory.js';
import type { ReleaseObject } from './release-objects.js';
import type { ReleaseBefore } from './take-release-back.js';
import { type InstalledRelease, upgradeRelease } from './upgrade-release.js';

/** Other values for a release that a step of the run has installed. */
export interface FollowUp {
  readonly release: ReleaseRef;
  readonly chart: ChartRef;
  readonly values: ValuesSource;
  readonly set: ValuesOverlay;
  /** What no longer holds: taken out of the overlay that the install ended up with. */
  readonly dropped: ValuesOverlay;
  /** The step that installed it. */
  readonly installStep: string;
  readonly noHooks?: true;
  /** Of each of helm's own operations; default 600. */
  readonly timeoutSeconds?: number;
}

/** The former values stand in the result of the install step. */
export type FollowUpUndo = Pick<FollowUp, 'release' | 'chart' | 'installStep' | 'noHooks' | 'timeoutSeconds'>;

type Part = Pick<Adapters, 'kube' | 'helm' | 'journal' | 'locks'>;

const defaultTimeoutSeconds = 600;

async function installed({ journal }: Part, run: string, step: string) {
  const entry = await journal.find(run, step);
  return { before: entry?.captured as ReleaseBefore | undefined, result: entry?.result as unknown as InstalledRelease | undefined };
}

/** The chart renders with these values, too: better known before anything is touched. */
export async function followUpProblems(part: Part, { release, chart, values, set, dropped, installStep }: FollowUp, act: Act): Promise<readonly string[]> {
  const { result } = await installed(part, act.run, installStep);
  return chartProblems(async () => {
    await part.helm.render(release, chart, await valuesFor(part, result?.values ?? values, laterSet(result, set, dropped), act));
    return [];
  });
}

/** Upgrades to the later values; those of the install, where a retry changed them. Safe to repeat. */
export async function followUp(part: Part, order: FollowUp, act: Act): Promise<Revision> {
  const { release, chart, values, set, dropped, installStep, noHooks, timeoutSeconds = defaultTimeoutSeconds } = order;
  const { before, result } = await installed(part, act.run, installStep);
  if (!before || !(await part.helm.latest(release)))
    throw failure('NotFound', `release ${release.namespace}/${release.name} is not there: it would be installed anew, outside of ${installStep}`);
  const real = { values: result?.values ?? values, set: laterSet(result, set, dropped) };
  const description = `rehelm ${act.run} ${act.step}`;
  return upgradeRelease(part, { release, chart, ...real, noHooks, timeoutSeconds, description }, before, act);
}

/** Upgrades back to the values of the install. Safe to repeat; where the release is gone or never had the later ones there is nothing to do. */
export async function undoFollowUp(part: Part, captured: FollowUpUndo, act: Act): Promise<void> {
  const { release, chart, installStep, noHooks, timeoutSeconds = defaultTimeoutSeconds } = captured;
  const { before, result: first } = await installed(part, act.run, installStep);
  const happened = (await part.helm.history(release)).some((revision) => isOfStep(revision, act));
  if (!first || !happened) return;
  const { values, set } = first;
  const description = `rehelm ${act.run} undo of ${act.step}`;
  const former = [...(before?.objects ?? []), ...(await rememberedObjects(part.journal, release, act))];
  const prepare = (objects: readonly ReleaseObject[]) => keepAdopted(part, former, objects, act);
  await upgradeRelease(part, { release, chart, values, set, noHooks, timeoutSeconds, description, prepare }, before, act);
}

/** An upgrade deletes what leaves the manifest, adopted objects, too, unless the live object says that it is to be kept. The install's undo takes the mark off again. */
async function keepAdopted({ kube }: Part, former: readonly ReleaseObject[], first: readonly ReleaseObject[], act: Act): Promise<void> {
  const stays = new Set(first.map(({ ref }) => showRef(ref)));
  for (const { ref, hook, before } of former) {
    if (hook || !before || stays.has(showRef(ref)) || !(await kube.get(ref))) continue;
    await kube.writeAs(act).edit(ref, (seen) => fieldsPatch(seen, [{ path: keptPath, value: 'keep' }]));
  }
}

/** The overlay that the install ended up with, what is dropped left out or as it is from now on. */
function laterSet(installed: InstalledRelease | undefined, set: ValuesOverlay, dropped: ValuesOverlay): ValuesOverlay {
  if (!installed) return set;
  const used = Object.entries(installed.set).filter(([path]) => !(path in dropped));
  const real = Object.entries(set).filter(([path]) => path in dropped);
  return Object.fromEntries([...used, ...real]);
}
