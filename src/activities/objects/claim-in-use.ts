import type { KubeReader } from '../../adapters/kube/kube.js';
import { type ObjectRef, showRef } from '../../model/refs.js';
import { isClaimOf, type Templated } from './claims-of-workloads.js';
import { hasEnded, podsOfClaim, showPods } from './pods-of-claim.js';
import { refOf } from './ref-of.js';

/** Why a claim must not go: pods mount it, or a StatefulSet takes it as soon as it is scaled up. Empty where nobody does, and for any other object. */
export async function claimInUse(kube: KubeReader, claim: ObjectRef): Promise<readonly string[]> {
  const { kind, namespace = '', name } = claim;
  if (kind !== 'PersistentVolumeClaim') return [];
  const [all, sets] = await Promise.all([
    podsOfClaim(kube, { namespace, name }),
    kube.list<Templated>({ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace }),
  ]);
  const pods = all.filter((pod) => !hasEnded(pod));
  const owners = sets.filter((set) => isClaimOf(name, set)).map((set) => showRef(refOf(set)));
  const users = [...owners, ...(pods.length > 0 ? [`Pod ${showPods(pods)}`] : [])];
  return users.length === 0 ? [] : [`${showRef(claim)} is in use again, by ${users.join(', ')}: it holds what they work with`];
}
