import type { Act } from '../../model/act.js';
import type { Policy } from '../../model/policy.js';
import type { PostgresToHaInventory, PostgresToHaSpec } from '../../model/postgres-to-ha.js';
import { postgresToHaSchema } from '../../model/schema/postgres-to-ha.js';
import { readSpec } from '../../model/schema/read-spec.js';
import { locksOfHa } from '../../plans/postgres-to-ha.js';
import type { Adapters } from '../adapters.js';
import { chartChange, filesOf, replicasOf, revisionOf, unreadProblems } from './chart-change.js';
import { commonPolicy } from './common-policy.js';
import { demandApproval } from './demand-approval.js';
import { findHa, findStaleClaims, isHa } from './find-ha.js';
import { findRunning } from './find-release.js';
import { findSingleServer } from './find-single-server.js';
import { chartObstacles, describeChart, firstWorkloads } from './find-upgraded-chart.js';
import { gatePolicy } from './gate-policy.js';
import { observeWaitingHelm } from './observe-waiting-helm.js';
import { Problems } from './problems.js';

export interface InspectedPostgresToHa {
  readonly spec: PostgresToHaSpec;
  readonly policy: Policy;
  readonly inventory: PostgresToHaInventory;
}

type Part = Pick<Adapters, 'kube' | 'helm' | 'locks' | 'temporal' | 'requestFiles' | 'settings'>;

/** Reads the spec, the release, both charts and the single server; changes nothing. InvalidSpec with every problem at once. */
export function inspectPostgresToHa(part: Part) {
  const { kube, locks, requestFiles, settings } = part;
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
      remarks: [],
    };
  }

  const observe = (spec: PostgresToHaSpec, act: Act): Promise<PostgresToHaInventory> =>
    spec.upgrade === 'hooks' ? observeWaitingHelm(part, spec, act) : observeAll(spec, act);

  const policyOf = (spec: PostgresToHaSpec): Policy => ({
    ...commonPolicy(spec, settings),
    ...gatePolicy(spec.approval),
    ...(spec.upgrade === 'hooks' && { helm: 'ask' }),
  });

  return {
    /** With `claims`, the files that its request brought are claimed for the run: unclaimed ones are swept after a day. */
    async inspectPostgresToHa({
      spec: given,
      run,
      claims,
    }: {
      readonly spec: unknown;
      readonly run: string;
      readonly claims?: true;
    }): Promise<InspectedPostgresToHa> {
      const spec = readSpec(postgresToHaSchema, given);
      demandApproval(spec, settings);
      if (claims) for (const source of filesOf(spec)) if ('secretRef' in source) await requestFiles.claim(source.secretRef, run);
      const act = { run, epoch: await locks.epoch(run), step: 'inspect' };
      return {
        spec,
        policy: policyOf(spec),
        inventory: await observe(spec, act).catch(async (error: unknown) => Promise.reject(await change.explain(error, locksOfHa(spec)))),
      };
    },
  };
}
