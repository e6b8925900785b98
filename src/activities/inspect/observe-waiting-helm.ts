import type { Helm, Rendered, Revision } from '../../adapters/helm/helm.js';
import type { Act } from '../../model/act.js';
import type { UpgradedBefore } from '../../model/chart-upgrade.js';
import type { KubeObject } from '../../model/kube-object.js';
import type { PostgresToHaInventory, PostgresToHaSpec } from '../../model/postgres-to-ha.js';
import { invalidSpec } from '../../model/schema/read-spec.js';
import type { Adapters } from '../adapters.js';
import { revisionOf } from './chart-change.js';
import { isWorkload, workloadRef } from './find-chart.js';
import { findHa, findStaleClaims, isHa } from './find-ha.js';
import { findRunning } from './find-release.js';
import { findSingleServer } from './find-single-server.js';
import { Problems } from './problems.js';

type Part = Pick<Adapters, 'kube' | 'helm' | 'settings'>;

/** A helm that waits in its pre-upgrade hook: its record has the new chart's objects already. */
interface WaitingHelm {
  /** As it was deployed before. */
  readonly deployed: Revision;
  readonly pending: Revision;
}

/** InvalidSpec where there is no such release, or nobody's helm waits. */
async function findWaitingHelm(helm: Pick<Helm, 'history'>, spec: PostgresToHaSpec, problems: Problems): Promise<WaitingHelm | UpgradedBefore> {
  const { namespace, release: name } = spec.source;
  const release = { namespace, name };
  const history = await helm.history(release);
  const [pending, deployed] = [history.at(-1), history.findLast(({ status }) => status === 'deployed')];
  if (deployed && isHa(spec)(deployed)) return { release, done: revisionOf(deployed), owners: [], obstacles: [] };
  if (!deployed || !pending) problems.add('source.release', `there is no release ${name} deployed in namespace ${namespace}`);
  else if (pending.status !== 'pending-upgrade')
    problems.add(
      'upgrade',
      `no helm upgrade of release ${name} waits in its hook (revision ${pending.revision} is ${pending.status}): with hooks it is helm that starts the run`,
    );
  else if (pending.chartVersion !== spec.target.version)
    problems.add('target.version', `helm upgrades release ${name} to ${pending.chart} ${pending.chartVersion}, not to ${spec.target.version}`);
  if (!deployed || !pending || problems.found.length > 0) throw invalidSpec(problems.found);
  return { deployed, pending };
}

/** The objects of a record as a rendering has them. */
const renderedIn = ({ manifest }: Revision): readonly Rendered[] =>
  manifest.map((object: KubeObject) => ({ object, hooks: [], deletePolicies: [], kept: false }));

/** Behind hooks of helm's own: the new chart and its values are in the record of the helm that waits. */
export async function observeWaitingHelm({ kube, helm, settings }: Part, spec: PostgresToHaSpec, act: Act): Promise<PostgresToHaInventory> {
  const problems = new Problems();
  const [serverVersion, helmVersion, waiting] = await Promise.all([kube.version(), helm.version(), findWaitingHelm(helm, spec, problems)]);
  if ('done' in waiting) return waiting;
  const { deployed, pending } = waiting;
  const { namespace, release: name } = spec.source;
  const found = await findRunning(kube, spec, deployed, problems);
  const server = await findSingleServer({ kube, settings }, spec, act, problems);
  if (problems.found.length > 0) throw invalidSpec(problems.found);
  const workloads = pending.manifest.filter(isWorkload);
  const chart = { closed: renderedIn(pending), empty: renderedIn(pending) };
  const ha = findHa(spec, chart);
  const stale = await findStaleClaims(kube, spec, chart);
  const brought = found.writers.flatMap(({ ref }) => {
    const next = workloads.find(({ kind, metadata }) => kind === ref.kind && metadata.name === ref.name);
    return next ? [{ ref, replicas: next.spec.replicas ?? 1 }] : [];
  });
  return {
    ...{ serverVersion, helmVersion, release: { namespace, name }, deployed: revisionOf(deployed) },
    chart: {
      ...{ name: pending.chart, version: pending.chartVersion, workloads: workloads.map((each) => workloadRef(each, namespace)) },
      ...{ exposed: [], exposedWhenClosed: [], hooksAreCarried: false },
    },
    ...{ first: [], former: found.former, owners: found.owners, held: [], databases: server.databases, set: {}, brought },
    workloads: found.writers.map(({ ref, replicas }) => ({ ref, replicas })),
    ...{ volumes: server.volumes, members: ha.members, values: { changes: [], unread: [], dormant: [] } },
    ...{ obstacles: [...ha.problems, ...stale, ...server.problems], remarks: [] },
  };
}
