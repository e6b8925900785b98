import type { StartedBy } from '../../model/four-eyes.js';
import type { Report } from '../../model/report.js';

/** A run as Temporal and the journal together know it. */
export interface FoundRun {
  readonly run: string;
  readonly workflowId: string;
  /** `KustomizeToHelm` */
  readonly kind: string;
  readonly title: string;
  /** A RunPhase; `Refused` for a run that closed before it touched anything, `Terminated` for one that somebody ended. */
  readonly phase: string;
  readonly startedAt: string;
  /** Its own workflow is open. */
  readonly open: boolean;
  /** A later workflow that works on the run now: its rollback, its finalize. */
  readonly openAfter?: string;
  readonly committed: boolean;
  readonly waitingFor?: string;
  /** Those that its spec names; absent where nobody knows any more, or not yet. */
  readonly namespaces?: readonly string[];
  /** Temporal no longer knows it: a rollback works from the journal. */
  readonly lost?: true;
  /** Who started it, of one that only its journal remembers, where four eyes are asked for. */
  readonly startedBy?: StartedBy;
  /** Told while no worker answers: the newest that Temporal itself remembers. */
  readonly asOf?: string;
  /** Of the run that was asked for, from its journal. */
  readonly journal?: Report;
  /** Of the drill that was asked for. */
  readonly trend?: Report['trend'];
}
