import { Context } from '@temporalio/activity';
import type { Rendered, Revision } from '../../adapters/helm/helm.js';
import { failure, isFailure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import type { ChartRef, ObjectRef, ReleaseRef } from '../../model/refs.js';
import type { ValuesOverlay, ValuesSource } from '../../model/values-source.js';
import type { Adapters } from '../adapters.js';
import { checkEpoch } from '../runs/check-epoch.js';
import { supersededAfter } from '../runs/late-writes.js';
import { withHookReasons } from './hook-reasons.js';
import { valuesFor, versionOf } from './prepared-values.js';
import { fingerprint, isAskedWith, isDoneBy, isOfRun, isPending, isUnfinished, releaseLabels } from './release-labels.js';
import { rememberObjects } from './release-memory.js';
import { objectsBefore, type ReleaseObject } from './release-objects.js';
import { takeBackLate } from './take-back-late.js';
import { type ReleaseBefore, takeReleaseBack } from './take-release-back.js';

export interface ReleaseUpgrade {
  readonly release: ReleaseRef;
  readonly chart: ChartRef;
  readonly values: ValuesSource;
  readonly set: ValuesOverlay;
  readonly noHooks?: true | undefined;
  /** Of each of helm's own operations. */
  readonly timeoutSeconds: number;
  readonly description: string;
  /** Called with what helm is about to make, before it does. */
  readonly prepare?: (objects: readonly ReleaseObject[], rendered: readonly Rendered[]) => Promise<void>;
  /** Brings the world before back, for an attempt that finds itself superseded. Default: as if the run had installed the release. */
  readonly takeBack?: (before: ReleaseBefore, act: Act) => Promise<readonly ObjectRef[]>;
}

/** What was installed, with the values' references as they were used: a retry may have changed them. */
export interface InstalledRelease {
  readonly revision: number;
  readonly chart: string;
  readonly chartVersion: string;
  readonly appVersion?: string;
  readonly values: ValuesSource;
  readonly set: ValuesOverlay;
}

/** As a later step wants to know it. */
export const installedRelease = ({ revision, chart, chartVersion, appVersion }: Revision, values: ValuesSource, set: ValuesOverlay): InstalledRelease => ({
  ...{ revision, chart, chartVersion, ...(appVersion !== undefined && { appVersion }) },
  ...{ values, set },
});

type Part = Pick<Adapters, 'kube' | 'helm' | 'journal' | 'locks'>;

/**
 * `helm upgrade --install` for a step, once: repeated with the same input it finds its own label and does nothing.
 * `before`: the world before the run installed or upgraded the release. An attempt that finds itself superseded after helm ran takes the release back to it.
 * HelmLocked where somebody else's operation is pending, NotOurs where somebody else has the release.
 */
export async function upgradeRelease(part: Part, upgrade: ReleaseUpgrade, before: ReleaseBefore | undefined, act: Act): Promise<Revision> {
  const { kube, helm, journal, locks } = part;
  const { release, chart, set, takeBack = (world, by) => takeBackLate(part, world, by) } = upgrade;
  const input = fingerprint([chart, upgrade.values, set, upgrade.noHooks ?? false, await versionOf(kube, upgrade.values)]);
  const latest = await helm.latest(release);
  if (latest && isDoneBy(latest, act, input) && latest.chartVersion === chart.version) return latest;
  await checkEpoch(locks, act);
  const number = await makeReady(part, release, input, before, act);
  const values = await valuesFor(part, upgrade.values, set, act);
  const rendered = await helm.render(release, chart, values);
  const objects = await objectsBefore(kube, release, rendered);
  await rememberObjects(journal, release, before?.objects ?? [], objects, act);
  await upgrade.prepare?.(objects, rendered);
  await checkEpoch(locks, act);
  const { timeoutSeconds, noHooks, description } = upgrade;
  const signal = Context.current().cancellationSignal;
  const request = {
    release,
    chart,
    values,
    ...(noHooks && { noHooks }),
    labels: releaseLabels(act, input, number + 1),
    timeoutSeconds,
    description,
    signal,
  };
  const [outcome] = await Promise.allSettled([helm.upgradeInstall(request)]);
  // Helm's writes carry no precondition. Whether it succeeded or not, what it made after the run turned back must go.
  await checkEpoch(locks, act).catch(async (error: unknown) => {
    if (!isFailure(error, 'Superseded') || !before) throw error;
    const epoch = await locks.epoch(act.run);
    throw supersededAfter(error.message, { epoch, objects: await takeBack(before, { ...act, epoch, undo: true }) });
  });
  if (outcome.status === 'rejected') throw await withHookReasons(kube, release, rendered, outcome.reason);
  return outcome.value;
}

/**
 * A pending record is Helm's lock. Ours is of a helm that died with its worker (setpriv --pdeathsig): the attempt before this one is over.
 * What is unfinished of ours is forgotten rather than marked as failed, so that an install is an install again: after a failed first revision Helm would
 * run the hooks of an upgrade, and pre-install hooks never. What it made carries the release's marks and is taken over. After an upgrade that failed Helm
 * itself goes back to the revision before. A first install with other values begins from scratch: nobody would delete what the former ones had made.
 */
async function makeReady(part: Part, release: ReleaseRef, input: string, before: ReleaseBefore | undefined, act: Act): Promise<number> {
  const history = (await part.helm.history(release)).filter(({ revision }) => !before?.revisions.includes(revision));
  refuseForeign(release, history, act);
  const unfinished = history.filter(isUnfinished);
  if (before && unfinished.length === history.length && unfinished.some((revision) => !isAskedWith(revision, input))) await takeReleaseBack(part, before, act);
  else if (unfinished.length > 0)
    await part.helm.forget(
      release,
      unfinished.map(({ revision }) => revision),
    );
  return (await part.helm.latest(release))?.revision ?? 0;
}

function refuseForeign({ namespace, name }: ReleaseRef, history: readonly Revision[], act: Act): void {
  const foreign = history.find((revision) => !isOfRun(revision, act));
  if (!foreign) return;
  const what = `release ${namespace}/${name}: revision ${foreign.revision} (${foreign.status})`;
  if (isPending(foreign)) throw failure('HelmLocked', `${what} is an operation of somebody else`);
  throw failure('NotOurs', `${what} was made by somebody else since this run began`);
}
