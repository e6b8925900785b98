import type { Report } from '../../model/report.js';
import type { ScheduledRun } from '../../model/schedule/scheduled-run.js';

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

/** Which runs a page shall have; what is absent is not asked. */
export interface RunFilter {
  readonly type?: string;
  /** Names at least one of these namespaces. Visibility can say no more: that it names no others is for the caller to see. */
  readonly namesOneOf?: readonly string[];
  /** Open, or of one of these ids. */
  readonly openOr?: readonly string[];
}

export interface WorkflowPage {
  readonly workflows: readonly SeenWorkflow[];
  /** Where the next page begins; absent: there is none. */
  readonly next?: string;
}

/** What activities ask Temporal itself. Every call has a deadline; Unreachable where it passed. */
export interface Temporal {
  /** Is the run's workflow open? A terminated one is closed; one that Temporal no longer knows is, too. A Reset does not close a run. */
  isOpen(run: { readonly workflowId: string; readonly run: string }): Promise<boolean>;
  /** Newest first, at most `limit`. Visibility lags by a second or so. */
  list(limit: number): Promise<readonly SeenWorkflow[]>;
  /** Runs alone, without their rollbacks and finalizes: open ones first, then those that ended, the last ended first. */
  page(filter: RunFilter, size: number, after?: string): Promise<WorkflowPage>;
  /** Open workflows that go on with a run. */
  openAfterwards(): Promise<readonly SeenWorkflow[]>;
  /**
   * All executions of one run's workflow, newest first, and of what goes on with it; by its workflow id or its own. Who was just started is among them: the newest
   * of each is described, for visibility lags.
   */
  about(run: string): Promise<readonly SeenWorkflow[]>;
  /** All executions of one workflow id, newest first. */
  executions(workflowId: string): Promise<readonly SeenWorkflow[]>;
  /** Those of the runs that it still knows. */
  known(runs: readonly string[]): Promise<ReadonlySet<string>>;
  /** A schedule's note and its last runs, newest first; undefined where there is none of that id. */
  schedule(id: string): Promise<{ readonly note: string; readonly runs: readonly ScheduledRun[] } | undefined>;
  /** What the open workflow says of itself; undefined where no worker answers in time. */
  report(workflowId: string): Promise<Report | undefined>;
}
