import type { Act } from '../model/act.js';
import type { PersistentVolume } from '../model/kube-object.js';
import type { Adapters } from './adapters.js';
import { requireClaimed } from './objects/require-claimed.js';
import type { RetainVolumeUndo } from './retain-volume.js';

export interface RestoreReclaimPolicyInput {
  /** Name of the PersistentVolume. */
  readonly volume: string;
  /** The step that set Retain; its capture holds the former policy. */
  readonly retainedBy: string;
}

/** At the finalize only: from now on the volume lives and dies with its claim, as it did before the run. */
export function restoreReclaimPolicy({ kube, journal }: Pick<Adapters, 'kube' | 'journal'>) {
  const ref = (volume: string) => ({ apiVersion: 'v1', kind: 'PersistentVolume', name: volume });
  const setPolicy = async (volume: string, policy: string, act: Act) => {
    const found = await kube.get<PersistentVolume>(ref(volume));
    if (!found) return;
    await requireClaimed(kube, found, policy);
    await kube
      .writeAs(act)
      .edit<PersistentVolume>(ref(volume), ({ spec }) =>
        spec.persistentVolumeReclaimPolicy === policy ? undefined : { spec: { persistentVolumeReclaimPolicy: policy } },
      );
  };

  return {
    /** Nothing to remember: undo sets Retain, the safe one. */
    async captureRestoreReclaimPolicy({ volume }: RestoreReclaimPolicyInput): Promise<{ readonly volume: string }> {
      return { volume };
    },

    /** Sets the policy that the journal holds. VolumeNotRetained where that would delete the volume now; one that is gone is fine. Safe to repeat. */
    async restoreReclaimPolicy({ volume, retainedBy }: RestoreReclaimPolicyInput, act: Act): Promise<void> {
      const entry = await journal.find(act.run, retainedBy);
      const captured = entry?.captured as RetainVolumeUndo | undefined;
      if (captured) await setPolicy(volume, captured.policy, act);
    },

    async undoRestoreReclaimPolicy({ volume }: { readonly volume: string }, act: Act): Promise<void> {
      await setPolicy(volume, 'Retain', act);
    },
  };
}
