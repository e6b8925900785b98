import type { FoundRun } from '../activities/runs/find-runs.js';
import type { ListRunsRequest, RunPage } from '../activities/runs/list-runs.js';
import type { Reaped } from '../activities/runs/reap.js';
import type { AsOf } from '../model/as-of.js';
import type { StartedBy } from '../model/four-eyes.js';
import type { Gate, ShownPlan } from '../model/plan.js';
import type { SecretKeyRef } from '../model/refs.js';
import type { Choice, Report } from '../model/report.js';
import type { RunEvents } from '../model/run-event.js';
import type { StepProgress } from '../model/schema/step-progress.js';
import type { VerifiedCourse } from '../model/verified-course.js';
import type { Preview } from '../workflows/preview.js';

/** A request that may come again, since its answer may have been lost: whose it is and what it asks, as keyed hashes. */
export interface Once {
  /** Of the Idempotency-Key with its subject, route and run. */
  readonly key: string;
  /** Of the body. */
  readonly body: string;
}

/** A file that a spec or a change names: it travels as a Secret, and its reference takes the place of the field. */
export interface NamedFile {
  /** Of the field that names it. */
  readonly path: readonly string[];
  readonly name: string;
  readonly content: Uint8Array;
}

export interface SpecRequest {
  readonly spec: unknown;
  readonly files: readonly NamedFile[];
}

export interface StartRequest extends SpecRequest {
  /** Approves the start ahead, of just the plan with this hash; of another plan it counts for nothing. */
  readonly plan?: string;
  /** Workflow id; by default the kind's, so that a second run of the same thing is refused. */
  readonly id?: string;
  readonly once?: Once;
  /** Where four eyes are asked for: who starts it, under the API's signature. */
  readonly started?: StartedBy;
}

export interface Started {
  readonly workflowId: string;
  readonly run: string;
}

export interface RunReport {
  readonly workflowId: string;
  readonly report: Report;
}

export interface Origin {
  readonly workflowId: string;
  readonly run: string;
  readonly started?: StartedBy;
}

/** A workflow as it is now. */
export interface Seen {
  readonly open: boolean;
  /** Of a failed workflow there is none: its failure is thrown. */
  readonly report: Report;
}

/** An activity that failed and is tried again by itself: the run looks as if it were at work. */
export interface TriedAgain {
  /** Name of the activity. */
  readonly activity: string;
  readonly attempt: number;
  readonly failure: string;
}

/** Of a run's activities, what its report does not tell. */
export interface UnderWay {
  readonly triedAgain: readonly TriedAgain[];
  readonly progress: readonly StepProgress[];
}

export interface Approval {
  readonly gate: Gate;
  /** Hash of the plan that was looked at. */
  readonly plan: string;
  readonly reason: string;
  /** Where four eyes are asked for: the API's. */
  readonly signature?: string;
}

export interface Decision {
  readonly question: number;
  readonly choice: Choice;
  readonly reason: string;
  readonly signature?: string;
  /** With `wait`: how much longer, such as `30m`. */
  readonly for?: string;
  /** With `retry`: fields of the step's input. */
  readonly change?: { readonly [field: string]: unknown };
}

/**
 * What people do with runs, whichever way they come: over Temporal, or over the HTTP API. Failures are those of the catalogue; `Unreachable`, `NoWorker`
 * and `OutcomeUnknown` may pass. RUN is a workflow id or a run's id.
 */
export interface Runs {
  /** The plan of a spec with what stands in its way. Changes nothing but that the spec's files are put into the cluster. */
  preview(request: SpecRequest): Promise<Preview>;
  start(request: StartRequest): Promise<Started>;
  /** One page; without a request the first hundred. NotFilterable where `within` is asked and Temporal cannot tell. */
  list(request?: ListRunsRequest): Promise<RunPage>;
  /**
   * Of a workflow id the newest run; of a refused one, which touched nothing, an older one where that has still something to be taken back. While no worker answers what
   * Temporal itself remembers, with `asOf`. UnknownRun.
   */
  find(run: string): Promise<FoundRun>;
  /** Those that the run's spec names; undefined where nobody knows. Needs no worker for a workflow id that Temporal knows. */
  namespaces(run: string): Promise<readonly string[] | undefined>;
  /** The workflow that works on the run now: its own, its rollback, its finalize. WrongMoment where all are closed. Needs no worker for a workflow id. */
  workingOn(run: string): Promise<string>;
  /** The workflow that a name means: an open one of that id, else that of the run. */
  workflowOf(name: string): Promise<string>;
  /** One look at a workflow. Its own failure where it has failed. */
  see(workflowId: string): Promise<Seen>;
  /** What changed in a workflow after a position. */
  events(workflowId: string, after: number): Promise<RunEvents & { readonly open: boolean }>;
  /** Undefined while it is made. While no worker answers from the history, with `asOf`. */
  shownPlan(workflowId: string): Promise<(ShownPlan & AsOf) | undefined>;
  /** The run's own report with what a later rollback or finalize did; from the journal where Temporal no longer has it; while no worker answers from Temporal's history, with `asOf`. */
  report(run: string): Promise<RunReport>;
  /** A drill's report against its ledgers, course by course. NotFound for a run without one. */
  verify(run: string): Promise<readonly VerifiedCourse[]>;
  /** What of an open workflow is tried again, and why. */
  underWay(workflowId: string): Promise<UnderWay>;
  /** Which run a workflow id means now, and who started it where that was signed. UnknownRun. Needs no worker where Temporal knows it. */
  origin(workflowId: string): Promise<Origin>;
  /** The workflow that took this very request before; undefined where none did. KeyReused where it took another one under its key. Needs no worker for a workflow id. */
  answered(run: string, once: Once): Promise<string | undefined>;
  approve(workflowId: string, approval: Approval, once?: Once): Promise<void>;
  withdraw(workflowId: string, withdrawal: Pick<Approval, 'gate' | 'reason'>, once?: Once): Promise<void>;
  decide(workflowId: string, decision: Decision, once?: Once): Promise<void>;
  pause(workflowId: string, why: { readonly reason: string }, once?: Once): Promise<void>;
  /** Answers the workflow that takes it back: the open one, or one of its own. */
  rollback(run: string, why: { readonly reason: string; readonly acceptDataLoss: boolean; readonly signature?: string }, once?: Once): Promise<string>;
  /** Answers the workflow that lists what would be dropped, and waits for its approval. */
  finalize(run: string, why: { readonly reason: string; readonly early: boolean; readonly signature?: string }, once?: Once): Promise<string>;
  /** Keeps a file for a run that is under way. */
  putFile(run: string, file: Pick<NamedFile, 'name' | 'content'>): Promise<SecretKeyRef>;
  reap(options: { readonly remove: boolean }): Promise<Reaped>;
  hasWorker(): Promise<boolean>;
  close(): Promise<void>;
}
