import type { Act } from '../model/act.js';
import type { Workload } from '../model/kube-object.js';
import type { WorkloadRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { scaleTo, untilStopped } from './objects/scale.js';

export interface ScaleUpInput {
  readonly workload: WorkloadRef;
  readonly replicas: number;
}

export type ScaleUpUndo = ScaleUpInput;

/** How long pods may take to end when it is taken back, in seconds. */
const endSeconds = 300;

/** Starts again what an earlier step has stopped, for good. */
export function scaleUp({ kube }: Pick<Adapters, 'kube'>) {
  return {
    /** Reads the replica count. Changes nothing. */
    async captureScaleUp({ workload }: ScaleUpInput): Promise<ScaleUpUndo> {
      return { workload, replicas: (await kube.get<Workload>(workload))?.spec.replicas ?? 0 };
    },

    /** Without waiting for readiness. Safe to repeat. */
    async scaleUp({ workload, replicas }: ScaleUpInput, act: Act): Promise<void> {
      await scaleTo(kube, workload, replicas, act);
    },

    /** Puts the captured count back; where that is none, waits until no pod is left. Safe to repeat, and safe if scaleUp never ran. */
    async undoScaleUp({ workload, replicas }: ScaleUpUndo, act: Act): Promise<void> {
      await scaleTo(kube, workload, replicas, act);
      if (replicas === 0) await untilStopped(kube, workload, endSeconds);
    },
  };
}
