import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { DatabaseServerRef } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { endCopiers } from './copier/copier-job.js';
import { credentialProblems } from './copier/database-problems.js';
import type { Compared, SourceProof } from './copier/database-proofs.js';
import { engineOf } from './copier/engine-of.js';
import { sourceOf } from './copier/source-of.js';

export interface VerifyDatabaseInput {
  /** The target. */
  readonly server: DatabaseServerRef;
  /** Default: the target's server. */
  readonly source?: DatabaseServerRef;
  readonly from: string;
  readonly to: string;
  /** The step that copied; none where PostgreSQL's own directory was taken along. */
  readonly copyStep?: string;
  readonly withinSeconds: number;
}

/** Parity: exact counts, hashes that don't depend on order, and every definition. */
export type VerifiedDatabase = Compared['counts'] & {
  readonly equal: true;
  /** What is different, and may be. */
  readonly notes?: readonly string[];
  /** Said where a server only stands in for a MongoDB. */
  readonly standIns?: readonly string[];
  /** What the source was read as: dropping it later demands the same. */
  readonly source: { readonly database: string; readonly documents?: number; readonly hash?: string; readonly rows?: number };
};

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
    async verifyDatabase({ server, copyStep, ...order }: VerifyDatabaseInput, act: Act): Promise<VerifiedDatabase> {
      const { from, to } = order;
      const proof = copyStep === undefined ? undefined : await sourceOf(journal, act.run, copyStep);
      const { equal, differences, notes, sourceChanged, counts, standIns } = await engineOf({ kube, settings }, server).verify(order, proof, act);
      if (sourceChanged) throw failure('SourceChanged', `database ${from} is not what was copied any more: ${showList(differences)}`);
      if (!equal)
        throw failure('VerifyMismatch', `database ${to} differs from ${from}: ${showList(differences)}`, {
          details: { differences: differences.slice(0, maxDifferences) },
        });
      return { ...counts, equal, source: proof ? shortProof(proof) : { database: from }, ...(notes && { notes }), ...(standIns && { standIns }) };
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

const shortProof = (proof: SourceProof): VerifiedDatabase['source'] =>
  'hash' in proof
    ? { database: proof.database, documents: proof.documents, hash: proof.hash }
    : { database: proof.database, ...(proof.rows !== undefined && { rows: proof.rows }) };
