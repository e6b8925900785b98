import { log } from '@temporalio/activity';
import type { Rendered } from '../adapters/helm/helm.js';
import type { Act } from '../model/act.js';
import type { Workload } from '../model/kube-object.js';
import { type ObjectRef, type ReleaseRef, showRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { losesClaims } from './objects/claim-retention.js';
import { removeWithOwned, untilGone } from './objects/end-pods.js';
import { refOf } from './objects/ref-of.js';
import { capturedRelease, captureRelease, chartProblems, renderChart, type WantedChart } from './release/capture-release.js';
import { isKept } from './release/helm-ownership.js';
import { notDeployed } from './release/not-deployed.js';
import { isOfRun } from './release/release-labels.js';
import { foreignTo, objectsBefore, placeOf, type ReleaseObject } from './release/release-objects.js';
import { holdsMore, isStorage, keepSnapshot, readSnapshot, withSnapshot } from './release/release-snapshot.js';
import { remakeObject } from './release/remake-object.js';
import { restoreObject } from './release/restore-object.js';
import { patienceSeconds, type ReleaseBefore, takeReleaseBack } from './release/take-release-back.js';
import { findUnchangeable, isMadeAnew, unchangeableProblem } from './release/unchangeable.js';
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
    return latest && isOfRun(latest, act) ? [] : notDeployed(release, latest);
  }

  /** Helm deletes what leaves the manifest, claims included, unless the live object says that it is to be kept. */
  async function lost(release: ReleaseRef, next: readonly ReleaseObject[]): Promise<readonly string[]> {
    const stays = new Set(next.map(({ ref }) => showRef(ref)));
    const latest = await helm.latest(release);
    const found = await Promise.all(
      (latest?.manifest ?? []).map(async (object) => {
        const ref = await placeOf(kube, release, object);
        const live = ref && (await kube.get<Workload>(ref));
        if (!ref || !live || stays.has(showRef(ref)) || isKept(live)) return [];
        if (!isStorage(object) && !holdsMore(object)) return losesClaims(live, 'whenDeleted');
        return [`${showRef(ref)} is not in the new chart, and helm would delete it with all it holds: annotate it with helm.sh/resource-policy: keep first`];
      }),
    );
    return found.flat();
  }

  /** Workloads whose fixed fields the new chart would change go, and helm makes them. */
  async function makeWay(release: ReleaseRef, rendered: readonly Rendered[], act: Act): Promise<void> {
    const workloads = rendered.filter(({ object }) => isMadeAnew(object));
    const going = await findUnchangeable(kube, release, workloads);
    for (const { live, why } of going) {
      log.info('made anew by helm', { ref: refOf(live), why });
      await removeWithOwned(kube, live, act);
    }
    await untilGone(
      kube,
      going.map(({ live }) => ({ ref: refOf(live), uid: live.metadata.uid })),
      patienceSeconds,
    );
  }

  async function takeBack(captured: ReleaseBefore, act: Act): Promise<readonly ObjectRef[]> {
    const kept = await readSnapshot(part, captured.release, act);
    const objects = await takeReleaseBack(part, kept ? withSnapshot(captured, kept) : captured, act);
    for (const record of kept?.records ?? []) {
      await remakeObject(kube, record, act);
      await restoreObject(kube, refOf(record), record, act);
    }
    return objects;
  }

  return {
    /** The release is deployed, the chart renders with the values, no claim and no namespace goes, and nothing foreign or fixed stands where it makes objects. */
    async checkUpgradeChart(input: UpgradeChartInput, act: Act): Promise<readonly string[]> {
      const ofChart = await chartProblems(async () => {
        const rendered = await renderChart(part, input, act);
        const objects = await objectsBefore(kube, input.release, rendered);
        const inTheWay = await findUnchangeable(kube, input.release, rendered);
        return [
          ...foreignTo(input.release, objects, () => false),
          ...(await lost(input.release, objects)),
          ...inTheWay.flatMap((each) => (isMadeAnew(each.live) ? losesClaims(each.live, 'whenDeleted') : [unchangeableProblem(each)])),
        ];
      });
      return [...(await releaseProblems(input.release, act)), ...ofChart];
    },

    /** Reads which records, claims and objects of the new chart are there. Changes nothing. The old chart's objects are kept by the step, in the run's artifacts. */
    async captureUpgradeChart(input: UpgradeChartInput, act: Act): Promise<ReleaseBefore> {
      return { ...(await captureRelease(part, input, act)), replaces: act.step };
    },

    /** Upgrades without waiting for readiness. Safe to repeat; goes on after a helm of this run that died half-way. */
    async upgradeChart({ release, chart, values, set, timeoutSeconds }: UpgradeChartInput, act: Act): Promise<InstalledRelease> {
      const captured = await capturedRelease(part, act);
      const before = withSnapshot(captured, await keepSnapshot(part, release, act));
      const description = `rehelm ${act.run} ${act.step}`;
      const prepare = (_: readonly ReleaseObject[], rendered: readonly Rendered[]) => makeWay(release, rendered, act);
      const revision = await upgradeRelease(part, { release, chart, values, set, timeoutSeconds, description, prepare, takeBack }, before, act);
      return installedRelease(revision, values, set);
    },

    /** Takes the new chart's objects away, makes the former ones and Helm's records what they were. Safe to repeat, and safe if upgradeChart never ran or ran half. */
    async undoUpgradeChart(captured: ReleaseBefore, act: Act): Promise<void> {
      await takeBack(captured, act);
    },
  };
}
