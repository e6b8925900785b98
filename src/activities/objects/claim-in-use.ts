import type { KubeReader } from '../../adapters/kube/kube.js';
import { type ObjectRef, showRef } from '../../model/refs.js';
import { isClaimOf, type Templated } from './claims-of-workloads.js';
import { hasEnded, podsOfClaim, showPods } from './pods-of-claim.js';
import { refOf } from './ref-of.js';

export const inUse = (claim: ObjectRef, users: readonly string[]): string =>
  `${showRef(claim)} is in use again, by ${users.join(', ')}: it holds what they work with`;

/** Whoever has a claim in use, or takes it as soon as it is scaled up: pods, and StatefulSets whose templates it fits. Empty for any other object. */
export async function usersOfClaim(kube: KubeReader, { kind, namespace = '', name }: ObjectRef): Promise<readonly string[]> {
  if (kind !== 'PersistentVolumeClaim') return [];
  const [all, sets] = await Promise.all([
    podsOfClaim(kube, { namespace, name }),
    kube.list<Templated>({ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace }),
  ]);
  const pods = all.filter((pod) => !hasEnded(pod));
  const owners = sets.filter((set) => isClaimOf(name, set)).map((set) => showRef(refOf(set)));
  return [...owners, ...(pods.length > 0 ? [`Pod ${showPods(pods)}`] : [])];
}
