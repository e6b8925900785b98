import type { Kube } from '../../adapters/kube/kube.js';
import { failure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import type { KubeObject, PersistentVolume, PersistentVolumeClaim } from '../../model/kube-object.js';
import { showRef } from '../../model/refs.js';
import { coreRef, type NamespacedName } from './namespaced-name.js';
import { podsOfClaim, showPods } from './pods-of-claim.js';
import { type Answer, until } from './until.js';

type VolumeAttachment = KubeObject & { readonly spec: { readonly nodeName?: string; readonly source?: { readonly persistentVolumeName?: string } } };

const volumeRef = (name: string) => ({ apiVersion: 'v1', kind: 'PersistentVolume', name }) as const;
const claimRef = (name: NamespacedName) => coreRef('PersistentVolumeClaim', name);
const showClaim = (name: NamespacedName): string => showRef(claimRef(name));

/** The volume as it is now. NotFound where it is gone. */
export async function readVolume(kube: Kube, name: string): Promise<PersistentVolume> {
  const found = await kube.get<PersistentVolume>(volumeRef(name));
  if (!found) throw failure('NotFound', `PersistentVolume ${name} is gone`);
  return found;
}

/** Without Retain the volume would go with its claim, and the data with it. */
function requireRetained({ metadata, spec }: PersistentVolume): void {
  if (spec.persistentVolumeReclaimPolicy !== 'Retain')
    throw failure('VolumeNotRetained', `PersistentVolume ${metadata.name} has the policy ${spec.persistentVolumeReclaimPolicy}, so its claim is not deleted`);
}

export interface Rebinding {
  readonly volume: string;
  /** The claim that gives the volume up. */
  readonly from: NamespacedName;
  /** The claim that gets it. */
  readonly to: NamespacedName;
  readonly withinSeconds: number;
}

/**
 * One volume from claim to claim, without a byte moved; each call is safe to repeat.
 * A claim's `volumeName` alone does not reserve the volume and the volume's `claimRef` alone does not keep the claim from taking another: both are set.
 */
export function rebindVolume(kube: Kube, act: Act, { volume, from, to, withinSeconds }: Rebinding) {
  const readClaim = (name: NamespacedName) => kube.get<PersistentVolumeClaim>(claimRef(name));

  /** Until then a node may still write to it. Pods that stay are somebody's intent: waiting for them would be in vain. */
  async function untilFree(): Promise<void> {
    await until(withinSeconds, `${showClaim(from)} to be free`, async () => {
      const pods = await podsOfClaim(kube, from);
      const staying = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
      if (staying.length > 0) return { never: `in use by Pod ${showPods(staying)}` };
      if (pods.length > 0) return { notYet: `Pod ${showPods(pods)} to end` };
      const attached = (await kube.list<VolumeAttachment>({ apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment' })).filter(
        ({ spec }) => spec.source?.persistentVolumeName === volume,
      );
      return attached.length === 0 ? 'yes' : { notYet: `the volume to be detached from ${attached.map(({ spec }) => spec.nodeName).join(', ')}` };
    });
  }

  /** Where the claim is on its way out: until it is really gone. */
  async function untilDeleted(name: NamespacedName): Promise<void> {
    await until(withinSeconds, `${showClaim(name)} to be gone`, async () => {
      const left = await readClaim(name);
      if (!left?.metadata.deletionTimestamp) return 'yes';
      return { notYet: `held by ${left.metadata.finalizers?.join(', ') ?? 'nobody'}; used by Pod ${showPods(await podsOfClaim(kube, name)) || 'none'}` };
    });
  }

  return {
    /** Deletes the claim of this uid once the volume is retained and nobody uses it, and waits until it is really gone. */
    async giveUp(uid: string): Promise<void> {
      const seen = await readClaim(from);
      if (seen?.metadata.uid !== uid) return;
      await untilFree();
      // Looked at after the wait, which may have taken minutes.
      requireRetained(await readVolume(kube, volume));
      await kube.writeAs(act).remove(claimRef(from), { uid });
      await untilDeleted(from);
    },

    untilDeleted,

    /** Reserves the volume for the claim that gets it, once the other claim has let it go. NotOurs where a third one has it. */
    async reserve(): Promise<void> {
      const getter = (await readClaim(to))?.metadata.uid;
      await until(withinSeconds, `PersistentVolume ${volume} to be released`, async () => {
        const { spec, status } = await readVolume(kube, volume);
        return isFor(spec.claimRef, to) || status?.phase !== 'Bound' ? 'yes' : { notYet: `it is bound to ${spec.claimRef?.namespace}/${spec.claimRef?.name}` };
      });
      await kube.writeAs(act).edit<PersistentVolume>(volumeRef(volume), (seen) => {
        const { claimRef: holder } = seen.spec;
        requireRetained(seen);
        if (holder && !isFor(holder, from) && !isFor(holder, to))
          throw failure('NotOurs', `PersistentVolume ${volume} is claimed by ${holder.namespace}/${holder.name}`);
        if (isFor(holder, to) && (holder?.uid === undefined || holder.uid === getter)) return undefined;
        // A uid that is left there would let only the claim of old bind.
        return { spec: { claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...to, uid: null, resourceVersion: null } } };
      });
    },

    /** Both sides must say so: the claim is Bound, and the volume names this very claim. */
    async untilBound(): Promise<void> {
      await until(withinSeconds, `${showClaim(to)} to be bound to PersistentVolume ${volume}`, async () => {
        const [claim, holder] = await Promise.all([readClaim(to), readVolume(kube, volume)]);
        return claim ? bound(claim, holder) : { never: 'somebody deleted the claim' };
      });
    },
  };
}

function bound(claim: PersistentVolumeClaim, { metadata, spec, status }: PersistentVolume): Answer {
  const { phase = 'Pending' } = claim.status ?? {};
  if (phase === 'Lost') return { never: 'the claim is Lost' };
  const isBound = phase === 'Bound' && claim.spec.volumeName === metadata.name && spec.claimRef?.uid === claim.metadata.uid;
  return isBound ? 'yes' : { notYet: `the claim is ${phase}, the volume ${status?.phase ?? 'Pending'}` };
}

const isFor = (holder: PersistentVolume['spec']['claimRef'], { namespace, name }: NamespacedName): boolean =>
  holder?.namespace === namespace && holder.name === name;
