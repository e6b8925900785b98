import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { Adapters } from './adapters.js';
import { identityIn, jobOf, namespaceOf, resolvePlace } from './copier/backup-place.js';
import { endCopiers, runCopier } from './copier/copier-job.js';
import { credentialProblems } from './copier/database-problems.js';
import { resolveMongo, resolvePostgres } from './copier/resolve-credentials.js';
import type { RestoreDatabaseInput } from './restore-database.js';

export type VerifyRestoredInput = Omit<RestoreDatabaseInput, 'staging' | 'mongo'>;

/** Documents and collections are those of MongoDB; of `notCompared` the contents were not, of `namesOnly` options and indexes. `notes`: what is different, and may be. */
type Counts = { readonly seconds: number } & (
  | { readonly rows: number; readonly tables: number; readonly notes?: readonly string[] }
  | { readonly documents: number; readonly collections: number; readonly notCompared?: readonly string[]; readonly namesOnly?: readonly string[] }
);
export type VerifiedRestore = Counts & { readonly equal: true };
type Compared = Counts & { readonly equal: boolean; readonly differences: readonly string[] };

const mostShown = 20;

/**
 * Compares what was restored with what the backup says of the database that was dumped: rows, definitions with owners and rights, sequences, large objects,
 * settings, the roles it needs; of MongoDB documents, options, indexes and views.
 */
export function verifyRestored({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  const part = { kube, settings };

  async function compare({ server, place, key, withinSeconds, jobs, ...given }: VerifyRestoredInput, act: Act): Promise<Compared> {
    const order = { backup: act.run, ...given };
    const [reached, identity, options] = [await resolvePlace(kube, place), await identityIn(kube, key), jobOf(place, withinSeconds)];
    if (server.engine === 'postgresql') {
      const at = await resolvePostgres(kube, server);
      const request = { engine: 'postgresql', verb: 'verifyRestored', at, place: reached, jobs, run: act.run, ...order, ...identity } as const;
      const { result } = await runCopier(request, act, part, options);
      return { ...result, tables: result.tables.length };
    }
    const request = { engine: 'mongodb', verb: 'verifyRestored', at: await resolveMongo(kube, server), place: reached, ...order } as const;
    const { notCompared, namesOnly = [], ...result } = (await runCopier(request, act, part, options)).result;
    return { ...result, ...(notCompared.length > 0 && { notCompared }), ...(namesOnly.length > 0 && { namesOnly }) };
  }

  return {
    async checkVerifyRestored({ server }: VerifyRestoredInput): Promise<readonly string[]> {
      return credentialProblems(kube, server);
    },

    /** Where the Job runs; nothing is changed. */
    async captureVerifyRestored({ place }: VerifyRestoredInput): Promise<{ readonly namespace: string }> {
      return { namespace: namespaceOf(place) };
    },

    /** VerifyMismatch names tables and numbers. */
    async verifyRestored(input: VerifyRestoredInput, act: Act): Promise<VerifiedRestore> {
      const { equal, differences, ...counts } = await compare(input, act);
      if (equal) return { equal, ...counts };
      const more = differences.length - mostShown;
      const shown = [...differences.slice(0, mostShown), ...(more > 0 ? [`and ${more} more`] : [])];
      throw failure('VerifyMismatch', `database ${input.to} is not what was backed up as ${input.from}: ${shown.join(' ')}`, {
        details: { differences: shown },
      });
    },

    /** Nothing was changed; a Job that still reads is ended. */
    async undoVerifyRestored({ namespace }: { readonly namespace: string }, act: Act): Promise<void> {
      await endCopiers({ kube }, act, namespace);
    },
  };
}
