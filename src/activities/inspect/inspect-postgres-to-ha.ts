import type { Act } from '../../model/act.js';
import type { Policy } from '../../model/policy.js';
import type { PostgresToHaInventory, PostgresToHaSpec } from '../../model/postgres-to-ha.js';
import { postgresToHaSchema } from '../../model/schema/postgres-to-ha.js';
import { locksOfHa } from '../../plans/postgres-to-ha.js';
import { type ChartChangePart, chartChange, type GivenSpec, replicasOf, revisionOf, unreadProblems } from './chart-change.js';
import { findHa, findStaleClaims, isHa } from './find-ha.js';
import { findRunning } from './find-release.js';
import { findSingleServer } from './find-single-server.js';
import { chartObstacles, describeChart, firstWorkloads, remadeWorkloads } from './find-upgraded-chart.js';
import { observeWaitingHelm } from './observe-waiting-helm.js';
import { Problems } from './problems.js';

export interface InspectedPostgresToHa {
  readonly spec: PostgresToHaSpec;
  readonly policy: Policy;
  readonly inventory: PostgresToHaInventory;
}

/** Reads the spec, the release, both charts and the single server; changes nothing. InvalidSpec with every problem at once. */
export function inspectPostgresToHa(part: ChartChangePart) {
  const { kube, settings } = part;
  const change = chartChange(part);

  async function observeAll(spec: PostgresToHaSpec, act: Act): Promise<PostgresToHaInventory> {
    const problems = new Problems();
    const begun = await change.begin(spec, locksOfHa(spec), problems, isHa(spec));
    if ('done' in begun) return begun;
    const { serverVersion, helmVersion, release, latest, held } = begun;
    const found = await findRunning(kube, spec, latest, problems);
    const server = await findSingleServer({ kube, settings }, spec, act, problems);
    const set = replicasOf(spec, found.writers, problems);
    const { chart, values } = await change.look(spec, begun, set, problems);
    const ha = findHa(spec, chart);
    const stale = await findStaleClaims(kube, spec, chart);
    return {
      ...{ serverVersion, helmVersion, release, deployed: revisionOf(latest) },
      chart: describeChart(chart, release.namespace),
      first: firstWorkloads(chart, release.namespace),
      ...{ former: found.former, owners: found.owners, held, databases: server.databases, set },
      workloads: found.writers.map(({ ref, replicas }) => ({ ref, replicas })),
      ...{ volumes: server.volumes, members: ha.members, values },
      obstacles: [...ha.problems, ...stale, ...chartObstacles(chart, []), ...unreadProblems(spec, values), ...server.problems],
      remarks: await remadeWorkloads(kube, release, chart),
    };
  }

  const observe = (spec: PostgresToHaSpec, act: Act): Promise<PostgresToHaInventory> =>
    spec.upgrade === 'hooks' ? observeWaitingHelm(part, spec, act) : observeAll(spec, act);

  return {
    async inspectPostgresToHa(given: GivenSpec): Promise<InspectedPostgresToHa> {
      const inspected = await change.inspect<PostgresToHaSpec, PostgresToHaInventory>(given, { schema: postgresToHaSchema, keysOf: locksOfHa, observe });
      return inspected.spec.upgrade === 'hooks' ? { ...inspected, policy: { ...inspected.policy, helm: 'ask' } } : inspected;
    },
  };
}
