import type { Json } from './kube-object.js';

/** begun: captured, perhaps acted · skipped: acted in part, then passed over by a person · left: its undo failed and a person took it on. */
export type StepState = 'begun' | 'done' | 'skipped' | 'undone' | 'left';

/** What was begun, and what its undo needs. */
export interface JournalEntry {
  /** Order in which steps were begun, from 1. */
  readonly number: number;
  /** The step's id in the plan. */
  readonly id: string;
  /** The activity that did it; its undo is `undo` + this name. */
  readonly step: string;
  readonly title: string;
  /** Consecutive steps of one group ran side by side, and are taken back so. */
  readonly group?: string;
  readonly captured: unknown;
  readonly state: StepState;
  readonly result?: Json;
}

/** What is kept about a run as a whole. */
export interface JournalRecord {
  readonly run: string;
  readonly workflowId: string;
  readonly kind: string;
  readonly title: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  /** The run's phase when the record was last written. */
  readonly phase: string;
  /** The target takes users' writes: a rollback loses them. */
  readonly committed: boolean;
  readonly locks: readonly string[];
  /** Where four eyes are asked for: who started it, as the API signed it. */
  readonly fourEyes?: { readonly started?: unknown };
  readonly spec: unknown;
  readonly plan: unknown;
}
