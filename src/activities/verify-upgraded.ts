import type { Act } from '../model/act.js';
import type { UpgradeResult, UpgradeWithin } from '../model/private-server.js';
import type { WorkloadRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { requireAlone } from './private-server/require-alone.js';
import { upgradeJob } from './private-server/upgrade-container.js';
import { endVolumeJob, runVolumeJob } from './private-server/volume-job.js';

export interface VerifyUpgradedInput extends UpgradeWithin {
  /** Whose data these are: none of them may run. */
  readonly workloads: readonly WorkloadRef[];
}

/** People may have waited long with their approval: what is handed over is the upgraded directory, and no server was started on it since. */
export function verifyUpgraded({ kube }: Pick<Adapters, 'kube'>) {
  return {
    /** Where the Job runs; nothing is changed. */
    async captureVerifyUpgraded({ workloads: _, ...upgrade }: VerifyUpgradedInput): Promise<UpgradeWithin> {
      return upgrade;
    },

    /** SourceAwake names who runs; SourceChanged where a server was started on the new directory meanwhile; VolumeUnfit where there is none. */
    async verifyUpgraded(input: VerifyUpgradedInput, act: Act): Promise<UpgradeResult> {
      await requireAlone(kube, input, act);
      return runVolumeJob<UpgradeResult>(kube, upgradeJob(input, 'look', act), act);
    },

    /** Nothing was changed; a Job that still looks is ended. */
    async undoVerifyUpgraded(upgrade: UpgradeWithin, act: Act): Promise<void> {
      await endVolumeJob(kube, upgradeJob(upgrade, 'look', act), act);
    },
  };
}
