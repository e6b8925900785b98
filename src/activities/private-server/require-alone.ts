import type { KubeReader } from '../../adapters/kube/kube.js';
import { failure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import type { DataVolume } from '../../model/private-server.js';
import type { WorkloadRef } from '../../model/refs.js';
import { lookAtSource } from '../objects/awake-source.js';
import { madeBy } from '../objects/made-by.js';
import { hasEnded, podsOfClaim, showPods } from '../objects/pods-of-claim.js';

/** Two servers on one directory would destroy it. SourceAwake where the owners run, or anybody else mounts the claim. */
export async function requireAlone(
  kube: KubeReader,
  { claim, workloads }: Pick<DataVolume, 'claim'> & { readonly workloads: readonly WorkloadRef[] },
  act: Act,
): Promise<void> {
  const { awake, ending } = await lookAtSource(kube, workloads);
  const others = (await podsOfClaim(kube, claim)).filter((pod) => !madeBy(pod, act));
  const found = [...awake, ...ending, ...(others.length > 0 ? [`claim ${claim.name} is in use by Pod ${showPods(others)}`] : [])];
  if (found.length > 0) throw failure('SourceAwake', `${found.join('; ')}: no second server is started on its data`);
}

/** On the way back the workloads are nobody's business, only whether a server is at the files. SourceAwake where a pod of somebody else mounts the claim. */
export async function requireUnused(kube: KubeReader, claim: DataVolume['claim'], act: Act): Promise<void> {
  const users = (await podsOfClaim(kube, claim)).filter((pod) => !madeBy(pod, act) && !hasEnded(pod));
  if (users.length > 0) throw failure('SourceAwake', `claim ${claim.name} is in use by Pod ${showPods(users)}: nothing is moved under a server`);
}
