import type { Report } from '../../model/report.js';

/** One execution of a workflow that changes things: a run, or the rollback or finalize of one. */
export interface SeenWorkflow {
  readonly workflowId: string;
  /** Its first execution's run id, which is the run's id. */
  readonly run: string;
  /** Type of the workflow: `kustomizeToHelm`, `rollback`. */
  readonly type: string;
  readonly startedAt: string;
  readonly closedAt?: string;
  /** Temporal's word: RUNNING, COMPLETED, FAILED, TERMINATED, CANCELLED, … */
  readonly status: string;
  /** From the search attributes, where they are registered. */
  readonly phase?: string;
  readonly waitingFor?: string;
  readonly namespaces?: readonly string[];
}

/** What activities ask Temporal itself. Every call has a deadline; Unreachable where it passed. */
export interface Temporal {
  /** Is the run's workflow open? A terminated one is closed; one that Temporal no longer knows is, too. A Reset does not close a run. */
  isOpen(run: { readonly workflowId: string; readonly run: string }): Promise<boolean>;
  /** Newest first, at most `limit`. Visibility lags by a second or so. */
  list(limit: number): Promise<readonly SeenWorkflow[]>;
  /** What the open workflow says of itself; undefined where no worker answers in time. */
  report(workflowId: string): Promise<Report | undefined>;
}
