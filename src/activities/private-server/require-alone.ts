import type { KubeReader } from '../../adapters/kube/kube.js';
import { failure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import type { DataVolume } from '../../model/private-server.js';
import type { WorkloadRef } from '../../model/refs.js';
import { lookAtSource } from '../objects/awake-source.js';
import { madeBy } from '../objects/made-by.js';
import { podsOfClaim, showPods } from '../objects/pods-of-claim.js';

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
