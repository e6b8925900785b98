import type { Act } from '../model/act.js';
import type { PersistentVolumeClaim, Workload } from '../model/kube-object.js';
import { showRef, type WorkloadRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { claimsOfWorkloads } from './objects/claims-of-workloads.js';
import { coreRef } from './objects/namespaced-name.js';
import { podsOf, shortReasons } from './objects/pod-reasons.js';
import { readVolume, rebindVolume } from './objects/rebind-volume.js';
import { until } from './objects/until.js';
import { formerClaimManifest } from './release/claim-manifest.js';

export interface AwaitSourceBackInput {
  readonly workloads: readonly WorkloadRef[];
  /** How long the source may take to serve again on the way back, in seconds. */
  readonly withinSeconds: number;
}

export interface AwaitSourceBackUndo {
  /** Those that served before the run, with how many replicas were ready. */
  readonly serving: readonly { readonly workload: WorkloadRef; readonly ready: number }[];
  /** The claims that the workloads' pods mount, whole: one that somebody deletes during the run is nowhere else. */
  readonly claims?: readonly PersistentVolumeClaim[];
  readonly withinSeconds: number;
}

/**
 * Does nothing on the way forward. On the way back it stands between the workloads, which are scaled up again by then, and the users, who are still held out:
 * the source must serve as it did before anybody is let in to it. A claim that somebody deleted meanwhile is made again for its volume.
 */
export function awaitSourceBack({ kube }: Pick<Adapters, 'kube'>) {
  const readyOf = (workload: Workload | undefined): number => workload?.status?.readyReplicas ?? 0;

  async function missing(ref: WorkloadRef): Promise<readonly string[]> {
    const workload = await kube.get<Workload>(ref);
    if (readyOf(workload) > 0) return [];
    const reasons = workload ? shortReasons(await podsOf(kube, ref, workload)) : ['is not there'];
    return [`${showRef(ref)}${reasons.length > 0 ? ` (${reasons.join('; ')})` : ''}`];
  }

  /** Its volume was retained before anything was stopped, so the data is there. NotFound where it is not. */
  async function makeAgain(claim: PersistentVolumeClaim, withinSeconds: number, act: Act): Promise<void> {
    const { namespace = '', name } = claim.metadata;
    const { volumeName: volume = '' } = claim.spec;
    const volumes = rebindVolume(kube, act, { volume, from: { namespace, name }, to: { namespace, name }, withinSeconds });
    await volumes.reserve();
    await kube.writeAs(act).create(formerClaimManifest(claim, await readVolume(kube, volume)), { labelled: false });
    await volumes.untilBound();
  }

  async function bringClaimsBack(claims: readonly PersistentVolumeClaim[], withinSeconds: number, act: Act): Promise<void> {
    for (const claim of claims) {
      const { namespace = '', name } = claim.metadata;
      if (await kube.get(coreRef('PersistentVolumeClaim', { namespace, name }))) continue;
      await makeAgain(claim, withinSeconds, act);
    }
  }

  return {
    /** Reads how many replicas are ready, and which claims they use. What was broken before need not be mended by a rollback. */
    async captureAwaitSourceBack({ workloads, withinSeconds }: AwaitSourceBackInput): Promise<AwaitSourceBackUndo> {
      const found = await Promise.all(workloads.map(async (workload) => ({ workload, ready: readyOf(await kube.get<Workload>(workload)) })));
      return { serving: found.filter(({ ready }) => ready > 0), claims: await claimsOfWorkloads(kube, workloads), withinSeconds };
    },

    async awaitSourceBack(_: AwaitSourceBackInput, _act: Act): Promise<void> {},

    /** Waits until at least one replica of each that served is ready again: then it serves, the rest follows. TimedOut names those that don't. Safe to repeat. */
    async undoAwaitSourceBack({ serving, claims = [], withinSeconds }: AwaitSourceBackUndo, act: Act): Promise<void> {
      await until(withinSeconds, 'the source to serve again', async () => {
        await bringClaimsBack(claims, withinSeconds, act);
        const left = (await Promise.all(serving.map(({ workload }) => missing(workload)))).flat();
        return left.length === 0 ? 'yes' : { notYet: left.join(', ') };
      });
    },
  };
}
