import type { Kube, KubeReader } from '../../adapters/kube/kube.js';
import type { Act } from '../../model/act.js';
import type { Workload } from '../../model/kube-object.js';
import { type ObjectRef, showRef, type WorkloadRef } from '../../model/refs.js';
import { podsOf } from './pod-reasons.js';
import { until } from './until.js';

/** NotFound where the workload is gone. */
export async function scaleTo(kube: Kube, workload: ObjectRef, replicas: number, act: Act): Promise<void> {
  await kube.writeAs(act).edit<Workload>(workload, ({ spec }) => (spec.replicas === replicas ? undefined : { spec: { replicas } }));
}

/** Waits until no pod of the workload is left: it may still write. One that is gone has none. */
export async function untilStopped(kube: KubeReader, workload: WorkloadRef, withinSeconds: number): Promise<void> {
  await until(withinSeconds, `pods of ${showRef(workload)} to end`, async () => {
    const there = await kube.get<Workload>(workload);
    const pods = there ? await podsOf(kube, workload, there) : [];
    return pods.length === 0 ? 'yes' : { notYet: pods.map(({ metadata }) => metadata.name).join(', ') };
  });
}
