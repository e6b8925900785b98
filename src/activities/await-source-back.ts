import type { Act } from '../model/act.js';
import type { Workload } from '../model/kube-object.js';
import { showRef, type WorkloadRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { until } from './objects/until.js';

export interface AwaitSourceBackInput {
  readonly workloads: readonly WorkloadRef[];
  /** How long the source may take to serve again on the way back, in seconds. */
  readonly withinSeconds: number;
}

export interface AwaitSourceBackUndo {
  /** Those that served before the run, with how many replicas were ready. */
  readonly serving: readonly { readonly workload: WorkloadRef; readonly ready: number }[];
  readonly withinSeconds: number;
}

/**
 * Does nothing on the way forward. On the way back it stands between the workloads, which are scaled up again by then, and the users, who are still held out:
 * the source must serve as it did before anybody is let in to it.
 */
export function awaitSourceBack({ kube }: Pick<Adapters, 'kube'>) {
  const readyOf = async (workload: WorkloadRef) => (await kube.get<Workload>(workload))?.status?.readyReplicas ?? 0;

  return {
    /** Reads how many replicas are ready. What was broken before need not be mended by a rollback. */
    async captureAwaitSourceBack({ workloads, withinSeconds }: AwaitSourceBackInput): Promise<AwaitSourceBackUndo> {
      const found = await Promise.all(workloads.map(async (workload) => ({ workload, ready: await readyOf(workload) })));
      return { serving: found.filter(({ ready }) => ready > 0), withinSeconds };
    },

    async awaitSourceBack(_: AwaitSourceBackInput, _act: Act): Promise<void> {},

    /** Waits until at least one replica of each that served is ready again: then it serves, the rest follows. TimedOut names those that don't. */
    async undoAwaitSourceBack({ serving, withinSeconds }: AwaitSourceBackUndo, _act: Act): Promise<void> {
      await until(withinSeconds, 'the source to serve again', async () => {
        const seen = await Promise.all(serving.map(async ({ workload }) => ((await readyOf(workload)) > 0 ? [] : [showRef(workload)])));
        const missing = seen.flat();
        return missing.length === 0 ? 'yes' : { notYet: missing.join(', ') };
      });
    },
  };
}
