import type { KubeReader } from '../../adapters/kube/kube.js';
import type { Workload } from '../../model/kube-object.js';
import { showRef, type WorkloadRef } from '../../model/refs.js';
import { podsOf } from './pod-reasons.js';

export interface LookAtSource {
  /** Workloads that somebody has started again, one sentence each. */
  readonly awake: readonly string[];
  /** Workloads that are stopped and whose last pods have not ended yet, one sentence each. */
  readonly ending: readonly string[];
  /** Of each workload, by its name: it counts up with each change, so that one which ran meanwhile and rests again is told, too. */
  readonly generations: { readonly [workload: string]: number };
}

/** Looks at workloads that the run scaled down: what pods of theirs write is in no copy, and after the commit nobody reads it any more. */
export async function lookAtSource(kube: KubeReader, workloads: readonly WorkloadRef[]): Promise<LookAtSource> {
  const seen = await Promise.all(workloads.map(async (ref) => ({ ref, workload: await kube.get<Workload>(ref) })));
  const there = seen.flatMap(({ ref, workload }) => (workload ? [{ ref, workload }] : []));
  const [stopped, started] = [there.filter(({ workload }) => workload.spec.replicas === 0), there.filter(({ workload }) => workload.spec.replicas !== 0)];
  return {
    awake: started.map(({ ref, workload }) => `${showRef(ref)} was scaled to ${workload.spec.replicas ?? 1} by somebody`),
    ending: (await Promise.all(stopped.map(({ ref, workload }) => leftOf(kube, ref, workload)))).flat(),
    generations: Object.fromEntries(there.map(({ ref, workload }) => [showRef(ref), workload.metadata.generation ?? 0])),
  };
}

async function leftOf(kube: KubeReader, ref: WorkloadRef, workload: Workload): Promise<readonly string[]> {
  const pods = await podsOf(kube, ref, workload);
  return pods.length === 0 ? [] : [`${showRef(ref)} still has ${pods.map(({ metadata }) => metadata.name).join(', ')}`];
}
