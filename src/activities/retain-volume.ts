import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { PersistentVolume } from '../model/kube-object.js';
import type { Adapters } from './adapters.js';
import { requireClaimed } from './objects/require-claimed.js';

export interface RetainVolumeInput {
  /** Name of the PersistentVolume. */
  readonly volume: string;
}

export interface RetainVolumeUndo {
  readonly volume: string;
  readonly policy: 'Retain' | 'Delete' | 'Recycle';
}

const ref = (volume: string) => ({ apiVersion: 'v1', kind: 'PersistentVolume', name: volume });

/** Guide, "Persistent Volumes" 2: reclaim policy Retain, so that the data outlives its claim. */
export function retainVolume({ kube }: Pick<Adapters, 'kube'>) {
  const setPolicy = (volume: string, policy: RetainVolumeUndo['policy'], act: Act) =>
    kube
      .writeAs(act)
      .edit<PersistentVolume>(ref(volume), ({ spec }) =>
        spec.persistentVolumeReclaimPolicy === policy ? undefined : { spec: { persistentVolumeReclaimPolicy: policy } },
      );

  return {
    async checkRetainVolume({ volume }: RetainVolumeInput): Promise<readonly string[]> {
      return (await kube.get(ref(volume))) ? [] : [`PersistentVolume ${volume} is not there`];
    },

    /** Reads the policy to return to. Changes nothing. */
    async captureRetainVolume({ volume }: RetainVolumeInput): Promise<RetainVolumeUndo> {
      const found = await kube.get<PersistentVolume>(ref(volume));
      if (!found) throw failure('NotFound', `PersistentVolume ${volume} is not there`);
      return { volume, policy: found.spec.persistentVolumeReclaimPolicy };
    },

    /** Sets Retain and reads it back. Safe to repeat. */
    async retainVolume({ volume }: RetainVolumeInput, act: Act): Promise<void> {
      await setPolicy(volume, 'Retain', act);
      const seen = await kube.get<PersistentVolume>(ref(volume));
      if (seen?.spec.persistentVolumeReclaimPolicy !== 'Retain')
        throw failure('VolumeNotRetained', `PersistentVolume ${volume} does not keep the policy Retain: something sets it back`);
    },

    /** Puts the captured policy back. VolumeNotRetained where that would delete the volume now. Safe to repeat, and safe if retainVolume never ran. */
    async undoRetainVolume({ volume, policy }: RetainVolumeUndo, act: Act): Promise<void> {
      const found = await kube.get<PersistentVolume>(ref(volume));
      if (found) await requireClaimed(kube, found, policy);
      await setPolicy(volume, policy, act);
    },
  };
}
