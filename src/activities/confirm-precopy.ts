import type { Act } from '../model/act.js';
import type { Adapters } from './adapters.js';
import { endCopiers } from './copier/copier-job.js';
import { credentialProblems } from './copier/database-problems.js';
import { requirePrecopier } from './copier/require-precopier.js';
import type { PrecopyDatabaseInput } from './precopy-database.js';

export interface ConfirmPrecopyInput extends PrecopyDatabaseInput {
  /** The step that copied ahead, whose guard is at work. */
  readonly precopyStep: string;
}

export interface ConfirmPrecopyUndo {
  readonly precopyStep: string;
}

export interface ConfirmedPrecopy {
  /** WAL that the target had still to take. */
  readonly lagBytes: number;
}

/** Days may have passed since the copy ahead. What was lost meanwhile is found while users still work; what has come since is caught up with. */
export function confirmPrecopy({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  return {
    async checkConfirmPrecopy({ server, source }: ConfirmPrecopyInput): Promise<readonly string[]> {
      return [...(await credentialProblems(kube, source)), ...(await credentialProblems(kube, server))];
    },

    /** Names the step whose copier goes on; nothing is changed. */
    async captureConfirmPrecopy({ precopyStep }: ConfirmPrecopyInput): Promise<ConfirmPrecopyUndo> {
      return { precopyStep };
    },

    /** Lets the copy ahead go on where it was, up to now. PrecopyLost where the slot is gone or definitions have changed. */
    async confirmPrecopy({ server, precopyStep, ...order }: ConfirmPrecopyInput, act: Act): Promise<ConfirmedPrecopy> {
      const { lagBytes } = await requirePrecopier({ kube, settings }, server, order.source).begin(order, { ...act, step: precopyStep });
      return { lagBytes };
    },

    /** Ends what still follows; the rest is the undo of precopyDatabase, and until then the source's disk is guarded. Safe to repeat. */
    async undoConfirmPrecopy({ precopyStep }: ConfirmPrecopyUndo, act: Act): Promise<void> {
      await endCopiers({ kube }, { ...act, step: precopyStep });
    },
  };
}
