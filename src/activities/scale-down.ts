import type { Act } from '../model/act.js';
import type { Workload } from '../model/kube-object.js';
import { showRef, type WorkloadRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { losesClaims } from './objects/claim-retention.js';
import { scaleTo, untilStopped } from './objects/scale.js';

export interface ScaleDownInput {
  readonly workload: WorkloadRef;
  /** How long its pods may take to end, in seconds. */
  readonly withinSeconds: number;
}

/** What must be known to put a workload back as it was. */
export interface ScaleDownUndo {
  readonly workload: WorkloadRef;
  readonly replicas: number;
}

/** Guide, "Rename MongoDB Databases" 1: scale down the current installation. */
export function scaleDown({ kube }: Pick<Adapters, 'kube'>) {
  const read = async (workload: WorkloadRef) => kube.get<Workload>(workload);

  return {
    /** The workload must exist, and keep its claims. */
    async checkScaleDown({ workload }: ScaleDownInput): Promise<readonly string[]> {
      const live = await read(workload);
      return live ? losesClaims(live, 'whenScaled') : [`${showRef(workload)} is not there`];
    },

    /** Reads the replica count. Changes nothing. */
    async captureScaleDown({ workload }: ScaleDownInput): Promise<ScaleDownUndo> {
      return { workload, replicas: (await read(workload))?.spec.replicas ?? 1 };
    },

    /** Scales to zero and waits until no pod is left: they may still write. Safe to repeat. */
    async scaleDown({ workload, withinSeconds }: ScaleDownInput, act: Act): Promise<void> {
      await scaleTo(kube, workload, 0, act);
      await untilStopped(kube, workload, withinSeconds);
    },

    /** Puts the captured count back. Safe to repeat, and safe if scaleDown never ran. */
    async undoScaleDown({ workload, replicas }: ScaleDownUndo, act: Act): Promise<void> {
      await scaleTo(kube, workload, replicas, act);
    },
  };
}
