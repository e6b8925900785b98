import { counted } from '../model/counted.js';
import { type ObjectRef, showRef, type WorkloadRef } from '../model/refs.js';
import type { TypedStep } from './step.js';

/** How long pods may take to end, in seconds: their grace period is theirs, this is ours. */
const stopSeconds = 300;

export interface Writers {
  readonly namespace: string;
  /** Who would scale the workloads up again, or write beside them. */
  readonly owners: readonly ObjectRef[];
  readonly workloads: readonly { readonly ref: WorkloadRef; readonly replicas: number }[];
}

/** Whoever would scale the workloads up again is suspended first. */
export const stopWriters = ({ namespace, owners, workloads }: Writers): readonly TypedStep[] => [
  ...owners.map((object) => suspend(object, namespace)),
  ...workloads.map(scale),
];

const suspend = (object: ObjectRef, namespace: string): TypedStep => ({
  // GitOps owners live where they like.
  id: `suspend/${object.kind}/${object.namespace === namespace ? '' : `${object.namespace}/`}${object.name}`,
  step: 'suspendOwner',
  title: `Suspend ${showRef(object)}`,
  group: 'suspend',
  input: { object, withinSeconds: stopSeconds },
  withinSeconds: stopSeconds,
});

const scale = ({ ref: workload, replicas }: Writers['workloads'][number]): TypedStep => ({
  id: `stop/${workload.kind}/${workload.name}`,
  step: 'scaleDown',
  title: `Stop ${showRef(workload)} (${counted(replicas, 'replica')})`,
  group: 'stop',
  input: { workload, withinSeconds: stopSeconds },
  withinSeconds: stopSeconds,
});
