import type { Rendered, Revision } from '../../adapters/helm/helm.js';
import type { KubeReader } from '../../adapters/kube/kube.js';
import type { KubeObject, Workload } from '../../model/kube-object.js';
import type { Problem } from '../../model/plan.js';
import type { PostgresToHaSpec } from '../../model/postgres-to-ha.js';
import { isClaimOf, type Templated } from '../objects/claims-of-workloads.js';
import type { UpgradedChart } from './find-upgraded-chart.js';

type Members = Workload & { readonly spec: Templated['spec'] & { readonly serviceName?: string } };

const setIn = (objects: readonly KubeObject[], wanted: string): Members | undefined =>
  (objects as readonly Members[]).find(({ kind, metadata: { name } }) => kind === 'StatefulSet' && name === wanted);
const objectsOf = (rendered: readonly Rendered[]): readonly KubeObject[] => rendered.map(({ object }) => object);

/** Whatever its chart's version: a release with the members and without the single server has nothing to be taken to. */
export const isHa =
  ({ source, target }: PostgresToHaSpec) =>
  ({ status, manifest }: Revision): boolean =>
    status === 'deployed' && setIn(manifest, target.primary) !== undefined && !setIn(manifest, source.statefulSet);

/** Hosts of the members as the new chart makes them, and why they could not be filled one after the other. */
export function findHa(
  { source, target, upgrade }: PostgresToHaSpec,
  { closed, empty }: Pick<UpgradedChart, 'closed' | 'empty'>,
): { readonly members: readonly string[]; readonly problems: readonly Problem[] } {
  const objects = objectsOf(closed);
  const [all, first] = [setIn(objects, target.primary), setIn(objectsOf(empty), target.primary)];
  if (!all || !first) return { members: [], problems: [{ check: 'target.primary', message: `the new chart makes no StatefulSet ${target.primary}` }] };
  const { replicas = 1, serviceName } = all.spec;
  const { namespace } = source;
  const problems = [
    ...(serviceName ? [] : [{ check: 'target.primary', message: `StatefulSet ${target.primary} has no serviceName: its members have no names of their own` }]),
    ...(replicas > 1 ? [] : [{ check: 'target.primary', message: `StatefulSet ${target.primary} has ${replicas} replica: nothing would follow the primary` }]),
    ...(upgrade === 'hooks' || (first.spec.replicas ?? 1) === 1
      ? []
      : [
          {
            check: 'installEmpty',
            message: `StatefulSet ${target.primary} comes up with ${first.spec.replicas} replicas: name the value by which it has one until that one is filled`,
          },
        ]),
    ...(setIn(objects, source.statefulSet)
      ? [{ check: 'source.statefulSet', message: `the new chart makes StatefulSet ${source.statefulSet}, too: the single server would stay` }]
      : []),
    ...(target.pooler && !objects.some(({ kind, metadata: { name } }) => kind === 'Service' && name === target.pooler?.service)
      ? [{ check: 'target.pooler.service', message: `the new chart makes no Service ${target.pooler.service}` }]
      : []),
  ];
  return { members: Array.from({ length: replicas }, (_, index) => `${target.primary}-${index}.${serviceName}.${namespace}.svc`), problems };
}

/** A member takes whatever its claim holds: of an earlier attempt that helm took back, say. */
export async function findStaleClaims(
  kube: KubeReader,
  { source, target }: PostgresToHaSpec,
  { closed }: Pick<UpgradedChart, 'closed'>,
): Promise<readonly Problem[]> {
  const members = setIn(objectsOf(closed), target.primary);
  const claims = await kube.list({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: source.namespace });
  const stale = claims.map(({ metadata: { name } }) => name).filter((name) => members && isClaimOf(name, members));
  if (stale.length === 0) return [];
  return [
    {
      check: 'target.primary',
      message: `claims of members are there already, and their old data would be taken: kubectl delete pvc ${stale.join(' ')} -n ${source.namespace}`,
    },
  ];
}
