import type { z } from 'zod';
import type { Revision } from '../../adapters/helm/helm.js';
import { isFailure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import type { ChartUpgradeSpec, FoundUpgrade, MigratedValues, UpgradedBefore } from '../../model/chart-upgrade.js';
import type { Problem } from '../../model/plan.js';
import { type ObjectRef, type ReleaseRef, showRef } from '../../model/refs.js';
import { invalidSpec, readSpec } from '../../model/schema/read-spec.js';
import type { GivenValues } from '../../model/values-source.js';
import { type ChangedChart, chartOf, recipeOf } from '../../plans/changed-chart.js';
import type { Adapters } from '../adapters.js';
import { notDeployed } from '../release/not-deployed.js';
import { type Prepared, prepareFrom } from '../release/prepared-values.js';
import { isPending } from '../release/release-labels.js';
import { checkLocks } from './check-locks.js';
import { commonPolicy } from './common-policy.js';
import { demandApproval } from './demand-approval.js';
import { findHeld } from './find-held.js';
import { checkServices } from './find-services.js';
import { findUnreadValues } from './find-unread-values.js';
import { findUpgradedChart, type UpgradedChart } from './find-upgraded-chart.js';
import type { SelectedWorkload } from './find-workloads.js';
import { gatePolicy } from './gate-policy.js';
import type { Problems } from './problems.js';
import { refusal } from './refusal.js';

export type ChangingSpec = ChangedChart & Pick<ChartUpgradeSpec, 'traffic'>;

/** The release before anything is known of what is in it. */
export interface Begun {
  readonly serverVersion: string;
  readonly helmVersion: string;
  readonly release: ReleaseRef;
  readonly latest: Revision;
  readonly held: readonly ObjectRef[];
  readonly prepared: Prepared;
}

export type ChartChangePart = Pick<Adapters, 'kube' | 'helm' | 'locks' | 'temporal' | 'requestFiles' | 'settings'>;

/** A spec as it was given, and the run that is to carry it out. With `claims`, the files that its request brought are claimed for the run: unclaimed ones are swept after a day. */
export interface GivenSpec {
  readonly spec: unknown;
  readonly run: string;
  readonly claims?: true;
}

/** What differs from kind to kind. */
interface ChangeKind<Spec, Inventory> {
  readonly schema: z.ZodType<Spec>;
  /** Of the locks that a run takes. */
  keysOf(spec: Spec): readonly string[];
  observe(spec: Spec, act: Act): Promise<Inventory>;
}

type Whole = ChangingSpec & Parameters<typeof commonPolicy>[0] & Parameters<typeof demandApproval>[0] & Pick<ChartUpgradeSpec, 'approval'>;

/** What every kind that takes a release to its next chart finds out in the same way. `keys`: of the locks that a run of it takes. */
export function chartChange({ kube, helm, locks, temporal, requestFiles, settings }: ChartChangePart) {
  /** What is installed already may be half of a migration. */
  const isAtWork = async (keys: readonly string[]): Promise<boolean> =>
    (await Promise.all(keys.map((key) => locks.holder(key)))).some((holder) => holder?.state === 'busy');

  /** In the middle of another run half of what a spec names is not there. */
  const explain = async (error: unknown, keys: readonly string[]): Promise<unknown> =>
    isFailure(error, 'InvalidSpec') ? (refusal('RunInProgress', await checkLocks({ locks, temporal }, keys)) ?? error) : error;

  /** Helm itself would render nothing for one that an operation holds locked. */
  const unlocked = async (release: ReleaseRef): Promise<Revision | undefined> => {
    const latest = await helm.latest(release);
    if (latest && isPending(latest)) throw invalidSpec(notDeployed(release, latest).map((message) => ({ path: ['source', 'release'], message })));
    return latest;
  };

  return {
    /** The release, or that it is the new one already. InvalidSpec where it is not there or its values cannot be had. */
    async begin(
      spec: ChangingSpec,
      keys: readonly string[],
      problems: Problems,
      isDone: (latest: Revision) => boolean = isAtTarget(spec),
    ): Promise<Begun | UpgradedBefore> {
      const { namespace, release: name } = spec.source;
      const release = { namespace, name };
      const latest = await unlocked(release);
      const [serverVersion, helmVersion, held, prepared] = await Promise.all([
        kube.version(),
        helm.version(),
        findHeld(kube, spec, problems),
        problems.attempt('target.values', () => prepareFrom({ kube, helm }, recipeOf(spec))),
      ]);
      if (!latest) problems.add('source.release', `there is no release ${name} in namespace ${namespace}`);
      if (latest && isDone(latest) && !(await isAtWork(keys))) return { release, done: revisionOf(latest), owners: [], obstacles: [] };
      if (!latest || !prepared) throw invalidSpec(problems.found);
      return { serverVersion, helmVersion, release, latest, held, prepared };
    },

    /** The new chart, and what it makes of the values. InvalidSpec with what was found until then where either cannot be had. */
    async look(
      spec: ChangingSpec,
      { prepared, serverVersion, latest }: Begun,
      set: FoundUpgrade['set'],
      problems: Problems,
    ): Promise<{ readonly chart: UpgradedChart; readonly values: MigratedValues }> {
      const chart = await findUpgradedChart(helm, spec, { values: prepared.values, set, serverVersion }, problems);
      const values = chart && (await findUnreadValues(helm, { chart: chartOf(spec), installed: latest.chartVersion }, prepared, problems));
      if (chart) checkServices(spec, chart, problems);
      if (!chart || !values || problems.found.length > 0) throw invalidSpec(problems.found);
      return { chart, values };
    },

    /** InvalidSpec with every problem at once. */
    async inspect<Spec extends Whole, Inventory>({ spec: given, run, claims }: GivenSpec, { schema, keysOf, observe }: ChangeKind<Spec, Inventory>) {
      const spec = readSpec(schema, given);
      demandApproval(spec, settings);
      if (claims) for (const source of filesOf(spec)) if ('secretRef' in source) await requestFiles.claim(source.secretRef, run);
      const act = { run, epoch: await locks.epoch(run), step: 'inspect' };
      return {
        spec,
        policy: { ...commonPolicy(spec, settings), ...gatePolicy(spec.approval) },
        inventory: await observe(spec, act).catch(async (error: unknown) => Promise.reject(await explain(error, keysOf(spec)))),
      };
    },
  };
}

export const revisionOf = ({ revision, chart, chartVersion }: Revision) => ({ revision, chart, chartVersion });

/** Who asks again is told so, before the old names are looked for in vain. In a registry a chart is called as its reference ends. */
const isAtTarget =
  ({ target }: ChangingSpec) =>
  ({ status, chart, chartVersion }: Revision): boolean =>
    status === 'deployed' && chartVersion === target.version && (!target.chart.startsWith('oci://') || target.chart.endsWith(`/${chart}`));

/** The silent killer: the chart takes them without a word. */
export const unreadProblems = ({ target }: ChangingSpec, { unread }: MigratedValues): readonly Problem[] =>
  target.unread === 'report'
    ? []
    : unread.map((key) => ({ check: 'target.values', message: `the new chart does not read ${key}: move it in the map, or take it out of the values` }));

/** That may have come with the request. */
const filesOf = ({ target: { values } }: ChangingSpec): readonly GivenValues[] => [
  ...(values.from === 'release' ? [] : [values.from]),
  ...(values.migrate ? [values.migrate] : []),
];

/** As many as were found, whatever the values of old say. */
export function replicasOf({ target }: ChangingSpec, writers: readonly SelectedWorkload[], problems: Problems): FoundUpgrade['set'] {
  const found = Object.entries(target.values.replicas).flatMap(([path, { kind, name }]) => {
    const workload = writers.find(({ ref }) => ref.kind === kind && ref.name === name);
    if (!workload)
      problems.add(['target', 'values', 'replicas', path], `${showRef({ apiVersion: 'apps/v1', kind, name })} is not among those that are stopped (quiesce)`);
    return workload ? [[path, workload.replicas] as const] : [];
  });
  return Object.fromEntries(found);
}
