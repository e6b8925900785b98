import type { Act } from '../../model/act.js';
import type { ChartUpgradeInventory, ChartUpgradeSpec } from '../../model/chart-upgrade.js';
import type { Policy } from '../../model/policy.js';
import { chartUpgradeSchema } from '../../model/schema/chart-upgrade.js';
import { readSpec } from '../../model/schema/read-spec.js';
import { locksOf } from '../../plans/chart-upgrade.js';
import type { Adapters } from '../adapters.js';
import { chartChange, filesOf, replicasOf, revisionOf, unreadProblems } from './chart-change.js';
import { commonPolicy } from './common-policy.js';
import { demandApproval } from './demand-approval.js';
import { findRelease } from './find-release.js';
import { findReleasedDatabases } from './find-released-databases.js';
import { chartObstacles, describeChart, firstWorkloads } from './find-upgraded-chart.js';
import { gatePolicy } from './gate-policy.js';
import { Problems } from './problems.js';

export interface InspectedChartUpgrade {
  readonly spec: ChartUpgradeSpec;
  readonly policy: Policy;
  readonly inventory: ChartUpgradeInventory;
}

type Part = Pick<Adapters, 'kube' | 'helm' | 'locks' | 'temporal' | 'requestFiles' | 'settings'>;

/** Reads the spec, the release, both charts and the databases; changes nothing. InvalidSpec with every problem at once. */
export function inspectChartUpgrade(part: Part) {
  const { kube, locks, requestFiles, settings } = part;
  const change = chartChange(part);

  async function observe(spec: ChartUpgradeSpec, act: Act): Promise<ChartUpgradeInventory> {
    const problems = new Problems();
    const begun = await change.begin(spec, locksOf(spec), problems);
    if ('done' in begun) return begun;
    const { serverVersion, helmVersion, release, latest, held } = begun;
    const found = await findRelease(kube, spec, latest, problems);
    const set = replicasOf(spec, found.writers, problems);
    const { chart, values } = await change.look(spec, begun, set, problems);
    const data = await findReleasedDatabases({ kube, settings }, spec, latest, act);
    return {
      ...{ serverVersion, helmVersion, release, deployed: revisionOf(latest) },
      chart: describeChart(chart, release.namespace),
      first: firstWorkloads(chart, release.namespace),
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
        inventory: await observe(spec, act).catch(async (error: unknown) => Promise.reject(await change.explain(error, locksOf(spec)))),
      };
    },
  };
}
