import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { MongoServerRef } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { endCopiers, runCopier } from './copier/copier-job.js';
import { credentialProblems } from './copier/database-problems.js';
import { resolveAddress } from './copier/resolve-credentials.js';
import { sourceOf } from './copier/source-of.js';
import type { CopiedDatabase } from './copy-database.js';

export interface VerifyDatabaseInput {
  readonly server: MongoServerRef;
  readonly from: string;
  readonly to: string;
  /** The step that copied. */
  readonly copyStep: string;
  readonly withinSeconds: number;
}

/** Parity: exact counts, hashes that don't depend on order, indexes, options and views. */
export interface VerifiedDatabase {
  readonly documents: number;
  readonly collections: number;
  readonly equal: true;
  /** What the source hashed to: dropping it later demands the same. */
  readonly source: Omit<CopiedDatabase['source'], 'collections'>;
}

const maxDifferences = 20;

/**
 * Reads the copy once more: its exit code proves nothing. It must be what was read of the source; that the source still is, verifySourceStill proves
 * as late as it can be proved.
 */
export function verifyDatabase({ kube, journal, settings }: Pick<Adapters, 'kube' | 'journal' | 'settings'>) {
  return {
    async checkVerifyDatabase({ server }: VerifyDatabaseInput): Promise<readonly string[]> {
      return credentialProblems(kube, server);
    },

    /** Nothing is changed, so there is nothing to go back to. */
    async captureVerifyDatabase(_: VerifyDatabaseInput): Promise<null> {
      return null;
    },

    /** VerifyMismatch names collections and numbers; SourceChanged where the source has other collections by now. */
    async verifyDatabase({ server, from, to, copyStep, withinSeconds }: VerifyDatabaseInput, act: Act): Promise<VerifiedDatabase> {
      const { collections: copied, hash } = await sourceOf(journal, act.run, copyStep);
      const at = await resolveAddress(kube, server);
      const { result } = await runCopier({ verb: 'verify', at, from, to, copied }, act, { kube, settings }, { withinSeconds });
      const { equal, differences, documents, collections } = result;
      if (result.source.hash !== hash) throw failure('SourceChanged', `database ${from} has other collections since it was copied: ${showList(differences)}`);
      if (!equal)
        throw failure('VerifyMismatch', `database ${to} differs from ${from}: ${showList(differences)}`, {
          details: { differences: differences.slice(0, maxDifferences) },
        });
      return { documents, collections: collections.length, equal, source: { database: from, documents: result.source.documents, hash: result.source.hash } };
    },

    /** Nothing was changed; a Job that still reads is ended. */
    async undoVerifyDatabase(_: null, act: Act): Promise<void> {
      await endCopiers({ kube }, act);
    },
  };
}

function showList(differences: readonly string[]): string {
  const more = differences.length - maxDifferences;
  return [...differences.slice(0, maxDifferences), ...(more > 0 ? [`and ${more} more`] : [])].join(' ') || 'the contents differ';
}
