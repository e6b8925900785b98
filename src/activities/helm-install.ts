import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { ObjectRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { madeByRun } from './objects/made-by.js';
import { capturedRelease, captureRelease, chartProblems, findObjects, type WantedChart } from './release/capture-release.js';
import { isOfRun } from './release/release-labels.js';
import { foreignTo, type ReleaseObject } from './release/release-objects.js';
import { spoiltClaims } from './release/spoilt-claims.js';
import { type ReleaseBefore, takeReleaseBack } from './release/take-release-back.js';
import { type InstalledRelease, installedRelease, upgradeRelease } from './release/upgrade-release.js';

export interface HelmInstallInput extends WantedChart {
  /** The step that takes the former release of this name away. */
  readonly uninstalledBy?: string;
  /** The chart's hooks would only make what was carried over. */
  readonly noHooks?: true;
  /** Of each of helm's own operations. Readiness is a step of its own. */
  readonly timeoutSeconds: number;
  /** What earlier steps of the plan give to the release; without it, only objects of the release's namespace are checked for foreign owners. */
  readonly adopts?: readonly ObjectRef[];
}

export type HelmInstallUndo = ReleaseBefore;

/** Guide, "Migrate Cognigy.AI from Kustomize to Helm" 1: `helm upgrade --install`. */
export function helmInstall({ kube, helm, journal, locks }: Pick<Adapters, 'kube' | 'helm' | 'journal' | 'locks'>) {
  const part = { kube, helm, journal, locks };

  async function foreignRelease({ release: { namespace, name }, uninstalledBy }: HelmInstallInput, act: Act): Promise<readonly string[]> {
    const latest = await helm.latest({ namespace, name });
    if (!latest || isOfRun(latest, act) || uninstalledBy !== undefined) return [];
    return [
      `release ${namespace}/${name} is there already, revision ${latest.revision} (${latest.status}) of ${latest.chart} ${latest.chartVersion}: choose another name or remove it`,
    ];
  }

  async function requireClaims({ adopts = [] }: HelmInstallInput, act: Act): Promise<void> {
    const spoilt = await spoiltClaims(kube, adopts, act);
    if (spoilt.length > 0) throw failure('NotOurs', spoilt.join('; '));
  }

  return {
    /** No release of somebody else has the name, the chart renders with the values, and nothing foreign stands where it makes objects. */
    async checkHelmInstall(input: HelmInstallInput, act: Act): Promise<readonly string[]> {
      const there = await foreignRelease(input, act);
      const ofChart = await chartProblems(async () => {
        const objects = (await findObjects(part, input, act)).filter(({ hook }) => !(hook && input.noHooks));
        return foreignTo(input.release, objects, (object) => isExpected(object, input, act));
      });
      return [...there, ...ofChart];
    },

    /** Reads which records, claims and objects of the chart are there, the latter whole. Changes nothing. */
    async captureHelmInstall(input: HelmInstallInput, act: Act): Promise<HelmInstallUndo> {
      const { uninstalledBy } = input;
      return { ...(await captureRelease(part, input, act)), ...(uninstalledBy !== undefined && { replaces: uninstalledBy }) };
    },

    /** Installs without waiting for readiness. NotOurs where a claim is no longer the one that was handed over. Safe to repeat; goes on after a helm of this run that died half-way. */
    async helmInstall(input: HelmInstallInput, act: Act): Promise<InstalledRelease> {
      const { release, chart, values, set, noHooks, timeoutSeconds } = input;
      const before = await capturedRelease(part, act);
      const description = `rehelm ${act.run} ${act.step}`;
      await requireClaims(input, act);
      const revision = await upgradeRelease(part, { release, chart, values, set, noHooks, timeoutSeconds, description }, before, act);
      // One that was deleted while helm ran was made anew by helm.
      await requireClaims(input, act);
      return installedRelease(revision, values, set);
    },

    /** Takes the release back, adopted objects kept with their uids. Safe to repeat, and safe if helmInstall never ran or ran half. */
    async undoHelmInstall(captured: HelmInstallUndo, act: Act): Promise<void> {
      await takeReleaseBack(part, captured, act);
    },
  };
}

/** What earlier steps adopt or carry isn't foreign; nor is what the run itself has put there by now. */
function isExpected({ ref, before }: ReleaseObject, { adopts }: HelmInstallInput, act: Act): boolean {
  if (before && madeByRun(before, act)) return true;
  if (!adopts) return ref.namespace === undefined || ref.kind === 'Secret' || ref.kind === 'PersistentVolumeClaim';
  return adopts.some(({ kind, name, namespace }) => kind === ref.kind && name === ref.name && namespace === ref.namespace);
}
