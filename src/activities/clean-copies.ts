import type { Act } from '../model/act.js';
import type { DatabaseServerRef } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { credentialProblems } from './copier/database-problems.js';
import { engineOf } from './copier/engine-of.js';

export interface CleanCopiesInput {
  readonly server: DatabaseServerRef;
}

/** At the finalize only: the copier's notes on the server (units, attempts, epoch) are no longer needed. */
export function cleanCopies({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  return {
    async checkCleanCopies({ server }: CleanCopiesInput): Promise<readonly string[]> {
      return credentialProblems(kube, server);
    },

    async captureCleanCopies(_: CleanCopiesInput): Promise<null> {
      return null;
    },

    /** Safe to repeat. */
    async cleanCopies({ server }: CleanCopiesInput, act: Act): Promise<void> {
      await engineOf({ kube, settings }, server).clean(act);
    },

    /** Notes about a finished copy: nothing depends on them any more. */
    async undoCleanCopies(_: null, _act: Act): Promise<void> {},
  };
}
