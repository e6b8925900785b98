import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { DatabaseServerRef } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { endCopiers } from './copier/copier-job.js';
import { credentialProblems } from './copier/database-problems.js';
import type { Compared } from './copier/database-proofs.js';
import type { DrainedDatabase, PrecopyOrder } from './copier/precopier.js';
import { requirePrecopier } from './copier/require-precopier.js';

export interface VerifyPrecopyInput extends PrecopyOrder {
  /** The target. */
  readonly server: DatabaseServerRef;
  /** The step that drained, and began the proof. */
  readonly drainStep: string;
  readonly withinSeconds: number;
}

export interface VerifyPrecopyUndo {
  readonly drainStep: string;
}

export type VerifiedPrecopy = Compared['counts'] & Pick<Compared, 'notes'> & { readonly equal: true };

const maxDifferences = 20;

/** The proof of a copy ahead: rows, definitions and sequences as they were when the writers were out. Before the opening or after it: the state is held since the drain. */
export function verifyPrecopy({ kube, journal, settings }: Pick<Adapters, 'kube' | 'journal' | 'settings'>) {
  return {
    async checkVerifyPrecopy({ server, source }: VerifyPrecopyInput): Promise<readonly string[]> {
      return [...(await credentialProblems(kube, source)), ...(await credentialProblems(kube, server))];
    },

    /** Names the step whose proof an undo ends. Nothing is changed. */
    async captureVerifyPrecopy({ drainStep }: VerifyPrecopyInput): Promise<VerifyPrecopyUndo> {
      return { drainStep };
    },

    /**
     * VerifyMismatch names tables and numbers. ProofLost where the Job that held the state is gone and the target was written to since; while nobody has, the proof
     * begins again by itself.
     */
    async verifyPrecopy({ server, drainStep, ...order }: VerifyPrecopyInput, act: Act): Promise<VerifiedPrecopy> {
      const drained = (await journal.find(act.run, drainStep))?.result as DrainedDatabase | undefined;
      if (!drained) throw failure('NotFound', `${drainStep} of run ${act.run} has no result in the journal: nothing says what is to be proved`);
      const precopier = requirePrecopier({ kube, settings }, server, order.source);
      const { equal, differences, notes, counts } = await precopier.prove(order, drained, { ...act, step: drainStep });
      if (equal) return { ...counts, equal, ...(notes && { notes }) };
      const more = differences.length - maxDifferences;
      const told = [...differences.slice(0, maxDifferences), ...(more > 0 ? [`and ${more} more`] : [])].join(' ');
      throw failure('VerifyMismatch', `database ${order.to} differs from ${order.from} as it was at the cutover: ${told}`, {
        details: { differences: differences.slice(0, maxDifferences) },
      });
    },

    /** Nothing was changed; a Job that still reads is ended. */
    async undoVerifyPrecopy({ drainStep }: VerifyPrecopyUndo, act: Act): Promise<void> {
      await endCopiers({ kube }, { ...act, step: drainStep });
    },
  };
}
