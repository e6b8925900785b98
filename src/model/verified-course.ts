import type { Verdict } from './drill.js';

/** A course's report against its ledger: what was told, and what the ledger says when it is judged anew. */
export interface VerifiedCourse {
  readonly name: string;
  readonly told: Verdict;
  readonly computed: Verdict;
  /** Every figure is the same. */
  readonly equal: boolean;
  /** What is not, one line each. */
  readonly differences: readonly string[];
}
