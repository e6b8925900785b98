import type { Act } from '../model/act.js';
import type { KubeObject } from '../model/kube-object.js';
import { type ReleaseRef, showRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { refOf } from './objects/ref-of.js';
import { capturedRelease, captureRelease, chartProblems, findObjects, type WantedChart } from './release/capture-release.js';
import { isKept } from './release/helm-ownership.js';
import { isOfRun } from './release/release-labels.js';
import { rememberObjects } from './release/release-memory.js';
import { foreignTo, placeOf, type ReleaseObject } from './release/release-objects.js';
import { holdsMore, isStorage, keepSnapshot, readSnapshot } from './release/release-snapshot.js';
import { remakeObject } from './release/remake-object.js';
import { restoreObject } from './release/restore-object.js';
import { type ReleaseBefore, takeReleaseBack } from './release/take-release-back.js';
import { type InstalledRelease, installedRelease, upgradeRelease } from './release/upgrade-release.js';

export interface UpgradeChartInput extends WantedChart {
  /** Of each of helm's own operations. Readiness is a step of its own. */
  readonly timeoutSeconds: number;
}

/** `helm upgrade` of a release that is there. What leaves the manifest goes; a rollback makes all of it anew, but what claims and namespaces hold could not be: they must not go. */
export function upgradeChart({ kube, helm, journal, locks }: Pick<Adapters, 'kube' | 'helm' | 'journal' | 'locks'>) {
  const part = { kube, helm, journal, locks };

  async function releaseProblems(release: ReleaseRef, act: Act): Promise<readonly string[]> {
    const latest = await helm.latest(release);
    const name = `release ${release.namespace}/${release.name}`;
    if (!latest) return [`${name} is not there`];
    if (latest.status === 'deployed' || isOfRun(latest, act)) return [];
    return [`${name} is ${latest.status} in revision ${latest.revision}: make it deployed first, by helm rollback or upgrade`];
  }

  /** Helm deletes what leaves the manifest, claims included, unless the live object says that it is to be kept. */
  async function lost(release: ReleaseRef, next: readonly ReleaseObject[]): Promise<readonly string[]> {
    const stays = new Set(next.map(({ ref }) => showRef(ref)));
    const latest = await helm.latest(release);
    const found = await Promise.all(
      (latest?.manifest ?? [])
        .filter((object) => isStorage(object) || holdsMore(object))
        .map(async (object) => {
          const ref = await placeOf(kube, release, object);
          const live = ref && (await kube.get(ref));
          if (!ref || !live || stays.has(showRef(ref)) || isKept(live)) return [];
          return [`${showRef(ref)} is not in the new chart, and helm would delete it with all it holds: annotate it with helm.sh/resource-policy: keep first`];
        }),
    );
    return found.flat();
  }

  async function takeBack(before: ReleaseBefore, act: Act): Promise<void> {
    await takeReleaseBack(part, before, act);
    const kept = await readSnapshot(part, before.release, act);
    for (const record of kept?.records ?? []) {
      await remakeObject(kube, record, act);
      await restoreObject(kube, refOf(record), record, act);
    }
  }

  return {
    /** The release is deployed, the chart renders with the values, no claim and no namespace goes, and nothing foreign stands where it makes objects. */
    async checkUpgradeChart(input: UpgradeChartInput, act: Act): Promise<readonly string[]> {
      const ofChart = await chartProblems(async () => {
        const objects = await findObjects(part, input, act);
        return [...foreignTo(input.release, objects, () => false), ...(await lost(input.release, objects))];
      });
      return [...(await releaseProblems(input.release, act)), ...ofChart];
    },

    /** Reads which records, claims and objects of the new chart are there. Changes nothing. The old chart's objects are kept by the step, in the run's artifacts. */
    async captureUpgradeChart(input: UpgradeChartInput, act: Act): Promise<ReleaseBefore> {
      return captureRelease(part, input, act);
    },

    /** Upgrades without waiting for readiness. Safe to repeat; goes on after a helm of this run that died half-way. */
    async upgradeChart({ release, chart, values, set, timeoutSeconds }: UpgradeChartInput, act: Act): Promise<InstalledRelease> {
      const before = await capturedRelease(part, act);
      const snapshot = await keepSnapshot(part, release, act);
      await rememberObjects(journal, release, before.objects, snapshot.objects.map(asBefore), act);
      const description = `rehelm ${act.run} ${act.step}`;
      const revision = await upgradeRelease(part, { release, chart, values, set, timeoutSeconds, description, takeBack }, before, act);
      return installedRelease(revision, values, set);
    },

    /** Takes the new chart's objects away, makes the former ones and Helm's records what they were. Safe to repeat, and safe if upgradeChart never ran or ran half. */
    async undoUpgradeChart(captured: ReleaseBefore, act: Act): Promise<void> {
      await takeBack(captured, act);
    },
  };
}

const asBefore = (object: KubeObject): ReleaseObject => ({ ref: refOf(object), before: object });
