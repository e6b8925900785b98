/** `notRun`: refused before it touched anything. */
export type Verdict = 'running' | 'green' | 'red' | 'inconclusive' | 'notRun';

/** What a schedule has started. */
export interface ScheduledRun {
  readonly workflowId: string;
  readonly run: string;
  readonly scheduledAt: string;
  readonly startedAt: string;
  /** Absent where Temporal no longer knows it. */
  readonly verdict?: Verdict;
  readonly why?: string;
}
