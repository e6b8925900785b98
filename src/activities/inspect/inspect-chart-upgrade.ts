import type { Revision } from '../../adapters/helm/helm.js';
import { isFailure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import type { ChartUpgradeInventory, ChartUpgradeSpec, FoundUpgrade, MigratedValues } from '../../model/chart-upgrade.js';
import type { Problem } from '../../model/plan.js';
import type { Policy } from '../../model/policy.js';
import { showRef } from '../../model/refs.js';
import { chartUpgradeSchema } from '../../model/schema/chart-upgrade.js';
import { invalidSpec, readSpec } from '../../model/schema/read-spec.js';
import type { GivenValues } from '../../model/values-source.js';
import { locksOf } from '../../plans/chart-upgrade.js';
import { chartOf, recipeOf } from '../../plans/chart-upgrade-release.js';
import type { Adapters } from '../adapters.js';
import { type Prepared, prepareFrom } from '../release/prepared-values.js';
import { checkLocks } from './check-locks.js';
import { commonPolicy } from './common-policy.js';
import { demandApproval } from './demand-approval.js';
import { findHeld } from './find-held.js';
import { type FoundRelease, findRelease } from './find-release.js';
import { findReleasedDatabases } from './find-released-databases.js';
import { checkServices } from './find-services.js';
import { findUnreadValues } from './find-unread-values.js';
import { chartObstacles, describeChart, findUpgradedChart, firstWorkloads, type UpgradedChart } from './find-upgraded-chart.js';
import { gatePolicy } from './gate-policy.js';
import { Problems } from './problems.js';
import { refusal } from './refusal.js';

export interface InspectedChartUpgrade {
  readonly spec: ChartUpgradeSpec;
  readonly policy: Policy;
  readonly inventory: ChartUpgradeInventory;
}

/** Reads the spec, the release, both charts and the databases; changes nothing. InvalidSpec with every problem at once. */
export function inspectChartUpgrade({
  kube,
  helm,
  locks,
  temporal,
  requestFiles,
  settings,
}: Pick<Adapters, 'kube' | 'helm' | 'locks' | 'temporal' | 'requestFiles' | 'settings'>) {
  /** In the middle of another run half of what a spec names is not there. */
  async function explain(error: unknown, spec: ChartUpgradeSpec): Promise<unknown> {
    return isFailure(error, 'InvalidSpec') ? (refusal('RunInProgress', await checkLocks({ locks, temporal }, locksOf(spec))) ?? error) : error;
  }

  /** The new chart, and what it makes of the values. InvalidSpec with what was found until then where either cannot be had. */
  async function look(
    spec: ChartUpgradeSpec,
    prepared: Prepared,
    world: { readonly set: FoundUpgrade['set']; readonly serverVersion: string },
    problems: Problems,
  ): Promise<{ readonly chart: UpgradedChart; readonly values: MigratedValues }> {
    const chart = await findUpgradedChart(helm, spec, { values: prepared.values, ...world }, problems);
    const values = chart && (await findUnreadValues(helm, chartOf(spec), prepared, problems));
    if (chart) checkServices(spec, chart, problems);
    if (!chart || !values || problems.found.length > 0) throw invalidSpec(problems.found);
    return { chart, values };
  }

  /** What is installed already may be half of a migration. */
  const isAtWork = async (spec: ChartUpgradeSpec): Promise<boolean> =>
    (await Promise.all(locksOf(spec).map((key) => locks.holder(key)))).some((holder) => holder?.state === 'busy');

  async function observe(spec: ChartUpgradeSpec, act: Act): Promise<ChartUpgradeInventory> {
    const problems = new Problems();
    const { namespace, release: name } = spec.source;
    const [serverVersion, helmVersion, latest, held, prepared] = await Promise.all([
      kube.version(),
      helm.version(),
      helm.latest({ namespace, name }),
      findHeld(kube, spec, problems),
      problems.attempt('target.values', () => prepareFrom({ kube, helm }, recipeOf(spec))),
    ]);
    if (!latest) problems.add('source.release', `there is no release ${name} in namespace ${namespace}`);
    if (latest && isDone(spec, latest) && !(await isAtWork(spec))) return { release: { namespace, name }, done: revisionOf(latest), owners: [], obstacles: [] };
    if (!latest || !prepared) throw invalidSpec(problems.found);
    const found = await findRelease(kube, spec, latest, problems);
    const set = replicasOf(spec, found, problems);
    const { chart, values } = await look(spec, prepared, { set, serverVersion }, problems);
    const data = await findReleasedDatabases({ kube, settings }, spec, latest, act);
    return {
      ...{ serverVersion, helmVersion, release: { namespace, name } },
      deployed: revisionOf(latest),
      chart: describeChart(chart, namespace),
      first: firstWorkloads(chart, namespace),
      ...{ former: found.former, owners: found.owners, held, databases: data.databases, set },
      workloads: found.writers.map(({ ref, replicas }) => ({ ref, replicas })),
      volumes: found.volumes.map(({ bound: _, ...volume }) => volume),
      values,
      obstacles: [...chartObstacles(chart, found.volumes), ...unreadProblems(spec, values), ...data.problems],
      remarks: [],
    };
  }

  return {
    /** With `claims`, the files that its request brought are claimed for the run: unclaimed ones are swept after a day. */
    async inspectChartUpgrade({
      spec: given,
      run,
      claims,
    }: {
      readonly spec: unknown;
      readonly run: string;
      readonly claims?: true;
    }): Promise<InspectedChartUpgrade> {
      const spec = readSpec(chartUpgradeSchema, given);
      demandApproval(spec, settings);
      if (claims) for (const source of filesOf(spec)) if ('secretRef' in source) await requestFiles.claim(source.secretRef, run);
      const act = { run, epoch: await locks.epoch(run), step: 'inspect' };
      return {
        spec,
        policy: { ...commonPolicy(spec, settings), ...gatePolicy(spec.approval) },
        inventory: await observe(spec, act).catch(async (error: unknown) => Promise.reject(await explain(error, spec))),
      };
    },
  };
}

/** The silent killer: the chart takes them without a word. */
const unreadProblems = ({ target }: ChartUpgradeSpec, { unread }: MigratedValues): readonly Problem[] =>
  target.unread === 'report'
    ? []
    : unread.map((key) => ({ check: 'target.values', message: `the new chart does not read ${key}: move it in the map, or take it out of the values` }));

const revisionOf = ({ revision, chart, chartVersion }: Revision) => ({ revision, chart, chartVersion });

/** Who asks again is told so, before the old names are looked for in vain. */
const isDone = ({ target }: ChartUpgradeSpec, { status, chartVersion }: Revision): boolean => status === 'deployed' && chartVersion === target.version;

const filesOf = ({ target: { values } }: ChartUpgradeSpec): readonly GivenValues[] => [
  ...(values.from === 'release' ? [] : [values.from]),
  ...(values.migrate ? [values.migrate] : []),
];

/** As many as were found, whatever the values of old say. */
function replicasOf({ target }: ChartUpgradeSpec, { writers }: FoundRelease, problems: Problems): FoundUpgrade['set'] {
  const found = Object.entries(target.values.replicas).flatMap(([path, { kind, name }]) => {
    const workload = writers.find(({ ref }) => ref.kind === kind && ref.name === name);
    if (!workload)
      problems.add(['target', 'values', 'replicas', path], `${showRef({ apiVersion: 'apps/v1', kind, name })} is not among those that are stopped (quiesce)`);
    return workload ? [[path, workload.replicas] as const] : [];
  });
  return Object.fromEntries(found);
}
