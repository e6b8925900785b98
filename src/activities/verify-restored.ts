import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { Adapters } from './adapters.js';
import { identityIn, jobOf, namespaceOf, resolvePlace } from './copier/backup-place.js';
import { endCopiers, runCopier } from './copier/copier-job.js';
import { credentialProblems } from './copier/database-problems.js';
import { resolvePostgres } from './copier/resolve-credentials.js';
import type { RestoreDatabaseInput } from './restore-database.js';

export type VerifyRestoredInput = Omit<RestoreDatabaseInput, 'staging'>;

export interface VerifiedRestore {
  readonly equal: true;
  readonly rows: number;
  readonly tables: number;
  readonly seconds: number;
}

const mostShown = 20;

/** Compares what was restored with what the backup says of the database that was dumped: rows, definitions with owners and rights, sequences, large objects, settings. */
export function verifyRestored({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  return {
    async checkVerifyRestored({ server }: VerifyRestoredInput): Promise<readonly string[]> {
      return credentialProblems(kube, server);
    },

    /** Where the Job runs; nothing is changed. */
    async captureVerifyRestored({ place }: VerifyRestoredInput): Promise<{ readonly namespace: string }> {
      return { namespace: namespaceOf(place) };
    },

    /** VerifyMismatch names tables and numbers. */
    async verifyRestored({ server, place, key, withinSeconds, ...order }: VerifyRestoredInput, act: Act): Promise<VerifiedRestore> {
      const [at, reached, identity] = await Promise.all([resolvePostgres(kube, server), resolvePlace(kube, place), identityIn(kube, key)]);
      const request = { engine: 'postgresql', verb: 'verifyRestored', at, place: reached, ...order, ...identity } as const;
      const { equal, differences, rows, tables, seconds } = (await runCopier(request, act, { kube, settings }, jobOf(place, withinSeconds))).result;
      if (equal) return { equal, rows, tables: tables.length, seconds };
      const more = differences.length - mostShown;
      const shown = [...differences.slice(0, mostShown), ...(more > 0 ? [`and ${more} more`] : [])];
      throw failure('VerifyMismatch', `database ${order.to} is not what was backed up as ${order.from}: ${shown.join(' ')}`, {
        details: { differences: shown },
      });
    },

    /** Nothing was changed; a Job that still reads is ended. */
    async undoVerifyRestored({ namespace }: { readonly namespace: string }, act: Act): Promise<void> {
      await endCopiers({ kube }, act, namespace);
    },
  };
}
