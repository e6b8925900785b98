import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { PostgresServerRef } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { runCopier } from './copier/copier-job.js';
import { credentialProblems } from './copier/database-problems.js';
import { resolvePostgres } from './copier/resolve-credentials.js';

export interface DropReplacedDatabaseInput {
  readonly server: PostgresServerRef;
  readonly database: string;
  readonly withinSeconds: number;
}

/** At the finalize only: the database that a restore has replaced. Irreversible: it was kept for as long as the spec says, and a person approves. */
export function dropReplacedDatabase({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  return {
    async checkDropReplacedDatabase({ server }: DropReplacedDatabaseInput): Promise<readonly string[]> {
      return credentialProblems(kube, server);
    },

    async captureDropReplacedDatabase({ database }: DropReplacedDatabaseInput): Promise<{ readonly irreversible: string }> {
      return { irreversible: `database ${database} was dropped by a finalize, which a person approved` };
    },

    /** Only what this run has put aside; NotOurs otherwise. Safe to repeat. */
    async dropReplacedDatabase({ server, database, withinSeconds }: DropReplacedDatabaseInput, act: Act): Promise<{ readonly dropped: boolean }> {
      const { run, epoch } = act;
      const request = { engine: 'postgresql', verb: 'dropReplaced', at: await resolvePostgres(kube, server), run, epoch, database } as const;
      return (await runCopier(request, act, { kube, settings }, { withinSeconds })).result;
    },

    async undoDropReplacedDatabase({ irreversible }: { readonly irreversible: string }): Promise<void> {
      throw failure('WouldLoseData', irreversible);
    },
  };
}
