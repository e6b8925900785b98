import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { MongoServerRef } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { runCopier } from './copier/copier-job.js';
import { credentialProblems } from './copier/database-problems.js';
import { resolveMongo } from './copier/resolve-credentials.js';
import type { VerifiedDatabase } from './verify-database.js';

export interface DropSourceDatabaseInput {
  readonly server: MongoServerRef;
  readonly database: string;
  /** The step that proved it equal to its copy; what it hashed to then is demanded now. */
  readonly verifyStep: string;
  readonly withinSeconds: number;
}

/** Guide, "Clean-up" 1, at the finalize only. Irreversible: a dump of everything that is dropped would be a backup, and that is not asked for here. */
export function dropSourceDatabase({ kube, journal, settings }: Pick<Adapters, 'kube' | 'journal' | 'settings'>) {
  return {
    async checkDropSourceDatabase({ server }: DropSourceDatabaseInput): Promise<readonly string[]> {
      return credentialProblems(kube, server);
    },

    async captureDropSourceDatabase({ database }: DropSourceDatabaseInput): Promise<{ readonly irreversible: string }> {
      return { irreversible: `database ${database} was dropped by a finalize, which a person approved` };
    },

    /** Drops it only while it still holds what was proved equal to its copy; WouldLoseData with the numbers otherwise. Safe to repeat. */
    async dropSourceDatabase({ server, database, verifyStep, withinSeconds }: DropSourceDatabaseInput, act: Act): Promise<{ readonly dropped: boolean }> {
      const proof = (await journal.find(act.run, verifyStep))?.result as VerifiedDatabase | undefined;
      if (!proof) throw failure('NotFound', `the journal holds no proof for ${database} under ${verifyStep}: it is not dropped`);
      const at = await resolveMongo(kube, server);
      const { documents = 0, hash = '' } = proof.source;
      const { result } = await runCopier(
        { engine: 'mongodb', verb: 'dropSource', at, run: act.run, epoch: act.epoch, database, expected: { documents, hash } },
        act,
        { kube, settings },
        { withinSeconds },
      );
      return { dropped: result.dropped };
    },

    async undoDropSourceDatabase({ irreversible }: { readonly irreversible: string }): Promise<void> {
      throw failure('WouldLoseData', irreversible);
    },
  };
}
