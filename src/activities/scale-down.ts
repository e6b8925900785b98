import type { Act } from '../model/act.js';
import type { Pod, Workload } from '../model/kube-object.js';
import { showRef, type WorkloadRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { disowned } from './objects/disowned.js';
import { podsOf } from './objects/pod-reasons.js';
import { until } from './objects/until.js';

export interface ScaleDownInput {
  readonly workload: WorkloadRef;
  /** How long its pods may take to end, in seconds. */
  readonly withinSeconds: number;
  /** Somebody's helm applies the workload next: one that applies on the server's side refuses to change what another owns. */
  readonly disown?: true;
}

/** What must be known to put a workload back as it was. */
export interface ScaleDownUndo {
  readonly workload: WorkloadRef;
  readonly replicas: number;
}

/** Guide, "Rename MongoDB Databases" 1: scale down the current installation. */
export function scaleDown({ kube }: Pick<Adapters, 'kube'>) {
  const read = async (workload: WorkloadRef) => kube.get<Workload>(workload);

  async function podsLeft(ref: WorkloadRef): Promise<readonly Pod[]> {
    const workload = await read(ref);
    return workload ? podsOf(kube, ref, workload) : [];
  }

  return {
    /** The workload must exist. */
    async checkScaleDown({ workload }: ScaleDownInput): Promise<readonly string[]> {
      return (await read(workload)) ? [] : [`${showRef(workload)} is not there`];
    },

    /** Reads the replica count. Changes nothing. */
    async captureScaleDown({ workload }: ScaleDownInput): Promise<ScaleDownUndo> {
      return { workload, replicas: (await read(workload))?.spec.replicas ?? 1 };
    },

    /** Scales to zero and waits until no pod is left: they may still write. Safe to repeat. */
    async scaleDown({ workload, withinSeconds, disown }: ScaleDownInput, act: Act): Promise<void> {
      await kube.writeAs(act).edit<Workload>(workload, ({ spec }) => (spec.replicas === 0 ? undefined : { spec: { replicas: 0 } }));
      await until(withinSeconds, `pods of ${showRef(workload)} to end`, async () => {
        const pods = await podsLeft(workload);
        return pods.length === 0 ? 'yes' : { notYet: pods.map(({ metadata }) => metadata.name).join(', ') };
      });
      if (disown) await kube.writeAs(act).edit<Workload>(workload, disowned);
    },

    /** Puts the captured count back. Safe to repeat, and safe if scaleDown never ran. */
    async undoScaleDown({ workload, replicas }: ScaleDownUndo, act: Act): Promise<void> {
      await kube.writeAs(act).edit<Workload>(workload, ({ spec }) => (spec.replicas === replicas ? undefined : { spec: { replicas } }));
    },
  };
}
