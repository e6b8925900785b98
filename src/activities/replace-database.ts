import type { Act } from '../model/act.js';
import type { Replacement } from '../model/copier-postgres-backup.js';
import type { PostgresServerRef } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { endCopiers, runCopier } from './copier/copier-job.js';
import { credentialProblems } from './copier/database-problems.js';
import { resolvePostgres } from './copier/resolve-credentials.js';
import { isTakenAway } from './copier/taken-away.js';

export interface ReplaceDatabaseInput extends Replacement {
  readonly server: PostgresServerRef;
}

/** Gives a restored database its name; the one that had it is kept under another, without connections, until the finalize. */
export function replaceDatabase({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  const part = { kube, settings };
  const order = async ({ server, ...names }: ReplaceDatabaseInput, { run, epoch }: Act) =>
    ({ engine: 'postgresql', at: await resolvePostgres(kube, server), run, epoch, ...names }) as const;

  return {
    async checkReplaceDatabase({ server }: ReplaceDatabaseInput): Promise<readonly string[]> {
      return credentialProblems(kube, server);
    },

    /** The three names; what they stand for is in the copier's notes on the server. Changes nothing. */
    async captureReplaceDatabase(input: ReplaceDatabaseInput): Promise<ReplaceDatabaseInput> {
      return input;
    },

    /** In one transaction; connections to both end and come back to the restored one. Safe to repeat. */
    async replaceDatabase(input: ReplaceDatabaseInput, act: Act): Promise<{ readonly replaced: boolean; readonly ended: number }> {
      return (await runCopier({ ...(await order(input, act)), verb: 'replace' }, act, part)).result;
    },

    /** Both have their names again; of a server that helm has taken away nothing is left. Safe to repeat, and safe if replaceDatabase never ran. */
    async undoReplaceDatabase(captured: ReplaceDatabaseInput, act: Act): Promise<void> {
      await endCopiers({ kube }, act);
      if (await isTakenAway(kube, captured.server)) return;
      await runCopier({ ...(await order(captured, act)), verb: 'putBack' }, act, part);
    },
  };
}
