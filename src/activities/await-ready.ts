import { failure, isFailure } from '../errors.js';
import type { Workload } from '../model/kube-object.js';
import { showRef, type WorkloadRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { podsOf, shortReasons, workloadReasons } from './objects/pod-reasons.js';
import { until } from './objects/until.js';

export interface AwaitReadyInput {
  readonly workloads: readonly WorkloadRef[];
  /** How long the product may take to start, in seconds. */
  readonly withinSeconds: number;
}

/** Guide, "Migrate Cognigy.AI from Kustomize to Helm" 2: verify that all deployments are in a ready state. */
export function awaitReady({ kube }: Pick<Adapters, 'kube'>) {
  async function missing(ref: WorkloadRef): Promise<readonly string[]> {
    const workload = await kube.get<Workload>(ref);
    if (!workload) return [`${showRef(ref)} is not there`];
    if (isRolledOut(workload)) return [];
    const reasons = shortReasons(await podsOf(kube, ref, workload));
    const { replicas = 1 } = workload.spec;
    return [`${showRef(ref)} ${availableOf(workload)}/${replicas}${reasons.length > 0 ? ` (${reasons.join('; ')})` : ''}`];
  }

  async function explain(workloads: readonly WorkloadRef[]): Promise<string> {
    const waiting = await Promise.all(workloads.map(async (ref) => ((await missing(ref)).length > 0 ? [ref] : [])));
    const lines = await Promise.all(waiting.flat().map(async (ref) => (await workloadReasons(kube, ref)).map((reason) => `${showRef(ref)}: ${reason}`)));
    return lines.flat().join('\n');
  }

  return {
    /** The workloads come with the install: nothing can be known before. */
    async checkAwaitReady(_: AwaitReadyInput): Promise<readonly string[]> {
      return [];
    },

    /** Nothing is changed, so there is nothing to go back to. */
    async captureAwaitReady(_: AwaitReadyInput): Promise<null> {
      return null;
    },

    /** Waits until every workload is rolled out; TimedOut with its pods' reasons. What keeps pods waiting is told meanwhile, in the heartbeat. */
    async awaitReady({ workloads, withinSeconds }: AwaitReadyInput): Promise<void> {
      try {
        await until(withinSeconds, `${workloads.length} workloads to be ready`, async () => {
          const waiting = (await Promise.all(workloads.map(missing))).flat();
          return waiting.length === 0 ? 'yes' : { notYet: waiting.join(', ') };
        });
      } catch (error) {
        if (!isFailure(error, 'TimedOut')) throw error;
        throw failure('TimedOut', `${error.message}\n${await explain(workloads)}`);
      }
    },

    /** Nothing was changed. */
    async undoAwaitReady(_: null): Promise<void> {},
  };
}

/** A StatefulSet told its available pods from 1.22 on only; without minReadySeconds they are the ready ones. */
const availableOf = ({ kind, status }: Workload): number => status?.availableReplicas ?? (kind === 'StatefulSet' ? (status?.readyReplicas ?? 0) : 0);

/** The controller has seen the newest spec, all pods are of it, none of the former is left, and all are available. */
function isRolledOut(workload: Workload): boolean {
  const { spec, status, metadata } = workload;
  const { replicas = 1 } = spec;
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) return false;
  const updated = status?.updatedReplicas ?? 0;
  return updated >= replicas && (status?.replicas ?? 0) <= updated && availableOf(workload) >= replicas;
}
