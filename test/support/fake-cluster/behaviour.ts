import type { Job, Pod } from '../../../src/model/kube-object.js';

/** How a pod fares: runs and is ready, or is kept from it by a reason people know (`CrashLoopBackOff`, `ImagePullBackOff`). */
export type PodFate =
  | 'ready'
  | { readonly notReady: string; readonly message?: string; readonly restarts?: number; readonly log?: string }
  | { readonly ended: 'Succeeded' | 'Failed'; readonly log?: string; readonly exitCode?: number };

/** How a Job ends; 'running' leaves it going until `fake.endJob`. */
export type JobFate =
  | 'running'
  | { readonly succeeded: true; readonly log?: string; readonly message?: string }
  | { readonly failed: string; readonly log?: string; readonly exitCode?: number };

/** What stands in for containers: tests replace what they need. */
export interface Behaviour {
  pod: (pod: Pod) => PodFate;
  /** Called once per Job. May take its time, and may do to the world what the Job would do. */
  job: (job: Job) => JobFate | Promise<JobFate>;
  /** What a Service's pods answer when at least one of them is ready. */
  http: (request: { readonly namespace: string; readonly service: string; readonly port: string; readonly path: string }) => {
    readonly status: number;
    readonly body: string;
  };
  /** Log of a pod that no fate has given one to. */
  log: (pod: Pod, container: string | undefined) => string;
}

export const defaultBehaviour = (): Behaviour => ({
  pod: () => 'ready',
  job: () => ({ succeeded: true }),
  http: () => ({ status: 200, body: 'ok' }),
  log: () => '',
});
