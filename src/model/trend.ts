import type { DrillResult, Verdict } from './drill.js';

/** One run of a drill beside the others of its name. */
export interface TrendPoint {
  readonly run: string;
  readonly startedAt: string;
  /** notRun is a gap: nothing was tried, and nothing is known of that time. */
  readonly verdict: Verdict;
  /** Why nothing was tried, or why nothing is proved. */
  readonly why?: string;
  readonly courses: readonly Pick<DrillResult, 'profile' | 'fault' | 'verdict' | 'recoverySeconds' | 'lost'>[];
}
