import type { Act } from '../../model/act.js';
import type { JournalEntry, JournalRecord, StepState } from '../../model/journal.js';
import type { Json } from '../../model/kube-object.js';

/**
 * The run's memory in the cluster: what was begun, with what its undo needs, before the act. Append-only and create-only,
 * in `rehelm-system`; it outlives Temporal's retention, a Terminate, a Reset, and Temporal itself.
 */
export interface JournalStore {
  /**
   * Writes the entry if there is none, and answers what is stored, with the state it is in by now: the first capture wins over a later one.
   * Superseded in an epoch that is over. Invalid where the capture is larger than 900 KiB: that is what artifacts are for.
   */
  begin(act: Act, entry: NewEntry): Promise<JournalEntry>;
  /** The stored entry with its capture, if the step was begun. */
  find(run: string, step: string): Promise<JournalEntry | undefined>;
  /** Adds a state to a begun entry; the same state twice is once, with its first result. Of several states the last of done, skipped, left, undone counts. */
  mark(act: Act, state: Exclude<StepState, 'begun'>, result?: Json): Promise<void>;
  /** Everything of a run, oldest first. */
  read(run: string): Promise<readonly JournalEntry[]>;

  /** Facts about the run as a whole (kind, workflow id, spec, plan, outcome), one document; written over. */
  putRecord(run: string, record: JournalRecord): Promise<void>;
  getRecord(run: string): Promise<JournalRecord | undefined>;
  /** All there are: megabytes, where runs are kept by the thousand. */
  listRuns(): Promise<readonly JournalRecord[]>;
  /** Those of these runs, in no order; a run without a record is left out. */
  recordsOf(runs: readonly string[]): Promise<readonly JournalRecord[]>;

  /**
   * Big or secret things that an undo or a later step needs (deleted manifests, values, escrow), by name, in pieces where they are large.
   * As with captures the first content of a name stays: a step that may put another one on a retry gives it another name.
   */
  putArtifact(act: Act, name: string, content: Uint8Array): Promise<void>;
  /** Proved by its hash: NotFound where a piece is gone, VerifyMismatch where one is not what it was. */
  getArtifact(run: string, name: string): Promise<Uint8Array | undefined>;
  /** Removes journal, artifacts and record of a finalized or reaped run. */
  drop(run: string): Promise<void>;
}

export interface NewEntry {
  readonly number: number;
  readonly step: string;
  readonly title: string;
  readonly group?: string;
  readonly captured: unknown;
}

/** What keeps two runs apart, and a given-up attempt away from a rollback. One Lease per locked thing, one per run for its epoch. */
export interface LockStore {
  /**
   * Takes every key for the run, or none. RunInProgress, with the holder in its details, where another run has one, or is busy with one that must not be held beside it
   * (model/lock-keys.ts). Taking what the run holds is fine.
   */
  take(run: string, holder: LockHolder, keys: readonly string[]): Promise<void>;
  /** busy: the run changes things · revertible: it is committed, and can still be taken back. NotOurs where the run does not hold one of them. */
  setState(run: string, keys: readonly string[], state: 'busy' | 'revertible'): Promise<void>;
  release(run: string, keys: readonly string[]): Promise<void>;
  /** Who holds the key, if anyone. */
  holder(key: string): Promise<(LockHolder & { readonly run: string; readonly state: 'busy' | 'revertible' }) | undefined>;
  /** What must not be held beside these keys and is, by whomever, in whichever state. */
  beside(keys: readonly string[]): Promise<readonly (LockHolder & { readonly key: string; readonly run: string; readonly state: 'busy' | 'revertible' })[]>;
  /** The run's epoch; 1 before it was ever raised. */
  epoch(run: string): Promise<number>;
  /** Raises the run's epoch to at least `atLeast` and answers what it is now. Repeating it with the same number changes nothing. */
  raiseEpoch(run: string, atLeast: number): Promise<number>;
  dropEpoch(run: string): Promise<void>;
}

export interface LockHolder {
  readonly workflowId: string;
  readonly title: string;
  readonly since: string;
}
