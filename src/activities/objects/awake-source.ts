import type { KubeReader } from '../../adapters/kube/kube.js';
import type { Workload } from '../../model/kube-object.js';
import { showRef, type WorkloadRef } from '../../model/refs.js';
import { podsOf } from './pod-reasons.js';

export interface LookAtSource {
  /** Workloads that run although the run has stopped them, one sentence each. */
  readonly awake: readonly string[];
  /** Of each workload, by its name: it counts up with each change, so that one which ran meanwhile and rests again is told, too. */
  readonly generations: { readonly [workload: string]: number };
}

/** Looks at workloads that the run scaled down: what pods of theirs write is in no copy, and after the commit nobody reads it any more. */
export async function lookAtSource(kube: KubeReader, workloads: readonly WorkloadRef[]): Promise<LookAtSource> {
  const seen = await Promise.all(workloads.map(async (ref) => ({ ref, workload: await kube.get<Workload>(ref) })));
  const awake = await Promise.all(seen.map(async ({ ref, workload }) => (workload ? whatRuns(kube, ref, workload) : [])));
  const generations = seen.flatMap(({ ref, workload }) => (workload ? [[showRef(ref), workload.metadata.generation ?? 0] as const] : []));
  return { awake: awake.flat(), generations: Object.fromEntries(generations) };
}

async function whatRuns(kube: KubeReader, ref: WorkloadRef, workload: Workload): Promise<readonly string[]> {
  const { replicas = 1 } = workload.spec;
  const pods = await podsOf(kube, ref, workload);
  if (replicas === 0 && pods.length === 0) return [];
  return [`${showRef(ref)} ${replicas > 0 ? `was scaled to ${replicas} by somebody` : `still has ${pods.map(({ metadata }) => metadata.name).join(', ')}`}`];
}
