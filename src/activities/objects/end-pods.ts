import type { Kube, KubeReader } from '../../adapters/kube/kube.js';
import { isFailure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import type { KubeObject, Pod } from '../../model/kube-object.js';
import { type ObjectRef, showRef } from '../../model/refs.js';
import { refOf } from './ref-of.js';
import { scaleTo } from './scale.js';
import { until } from './until.js';

/** Pods by the labels with which their owner selects them. */
export interface PodQuery {
  readonly namespace: string;
  readonly labelSelector: string;
}

/** Scales to zero; one that is gone meanwhile is fine. */
export async function scaleToZero(kube: Kube, workload: ObjectRef, act: Act): Promise<void> {
  try {
    await scaleTo(kube, workload, 0, act);
  } catch (error) {
    if (!isFailure(error, 'NotFound')) throw error;
  }
}

/** Past the end of its grace: a kubelet at work has ended it by then. */
const silentMilliseconds = 60_000;

/** Was to end long ago, and its node says nothing: it is off, or nobody hears it. Whether the pod lives there nobody knows. */
export const isSilent = ({ metadata: { deletionTimestamp } }: Pod): boolean =>
  deletionTimestamp !== undefined && Date.parse(deletionTimestamp) + silentMilliseconds < Date.now();

/** Waits until no such pod is left: it may still write. `harmless`: of those that are not waited for. */
export async function untilNoPods(
  kube: KubeReader,
  queries: readonly PodQuery[],
  withinSeconds: number,
  harmless: (pod: Pod) => boolean = () => false,
): Promise<void> {
  await until(withinSeconds, 'pods to end', async () => {
    const found = (await Promise.all(queries.map((query) => kube.list<Pod>({ apiVersion: 'v1', kind: 'Pod', ...query })))).flat();
    const pods = found.filter((pod) => !harmless(pod));
    return pods.length === 0 ? 'yes' : { notYet: pods.map(({ metadata }) => metadata.name).join(', ') };
  });
}

/** Deletes an object, by its uid, and what it owns before it: a Deployment that is made anew would find the ReplicaSets of this one. */
export async function removeWithOwned(kube: Kube, object: KubeObject, act: Act): Promise<void> {
  const { uid } = object.metadata;
  await kube.writeAs(act).remove(refOf(object), { propagation: 'Foreground', ...(uid !== undefined && { uid }) });
}

/** Waits until none of the objects is left: finalizers may hold them a while. `uid`: another one of the name does not count. */
export async function untilGone(
  kube: KubeReader,
  objects: readonly { readonly ref: ObjectRef; readonly uid?: string | undefined }[],
  withinSeconds: number,
): Promise<void> {
  await until(withinSeconds, 'deleted objects to go', async () => {
    const there = await Promise.all(
      objects.map(async ({ ref, uid }) => ((await kube.get(ref))?.metadata.uid === uid && uid !== undefined ? [showRef(ref)] : [])),
    );
    return there.flat().length === 0 ? 'yes' : { notYet: there.flat().join(', ') };
  });
}
