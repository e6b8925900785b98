import type { Act } from '../../model/act.js';
import type { ChartUpgradeInventory, ChartUpgradeSpec } from '../../model/chart-upgrade.js';
import type { Policy } from '../../model/policy.js';
import { chartUpgradeSchema } from '../../model/schema/chart-upgrade.js';
import { locksOf } from '../../plans/chart-upgrade.js';
import { type ChartChangePart, chartChange, type GivenSpec, replicasOf, revisionOf, unreadProblems } from './chart-change.js';
import { findRelease } from './find-release.js';
import { findReleasedDatabases } from './find-released-databases.js';
import { chartObstacles, describeChart, firstWorkloads, namesIn } from './find-upgraded-chart.js';
import { Problems } from './problems.js';
import { takenAlong } from './taken-along.js';

export interface InspectedChartUpgrade {
  readonly spec: ChartUpgradeSpec;
  readonly policy: Policy;
  readonly inventory: ChartUpgradeInventory;
}

/** Reads the spec, the release, both charts and the databases; changes nothing. InvalidSpec with every problem at once. */
export function inspectChartUpgrade(part: ChartChangePart) {
  const { kube, settings } = part;
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
      ...{ values, ownSecrets: namesIn(chart, 'Secret'), ownClaims: namesIn(chart, 'PersistentVolumeClaim') },
      obstacles: [
        ...chartObstacles(chart, found.volumes),
        ...unreadProblems(spec, values),
        ...takenAlong(spec, chart, found.volumes, data.databases),
        ...data.problems,
      ],
      remarks: [],
    };
  }

  return {
    async inspectChartUpgrade(given: GivenSpec): Promise<InspectedChartUpgrade> {
      return change.inspect<ChartUpgradeSpec, ChartUpgradeInventory>(given, { schema: chartUpgradeSchema, keysOf: locksOf, observe });
    },
  };
}
