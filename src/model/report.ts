import type { StepState } from './journal.js';
import type { Estimate, Gate, Inspected } from './plan.js';
import type { TrendPoint } from './trend.js';

export const choices = ['retry', 'skip', 'resume', 'rollback', 'wait'] as const;
export type Choice = (typeof choices)[number];

/** What waits for a person. The number keeps an answer from reaching a later question. */
export interface Question {
  readonly number: number;
  readonly text: string;
  readonly choices: readonly Choice[];
  /** The step it is about, where it is about one. */
  readonly step?: string;
  /** Fields of the step's input that a retry may change. */
  readonly changeable?: readonly string[];
  /** When the default is taken, ISO 8601; absent: it waits for ever. */
  readonly deadline?: string;
  readonly default?: Choice;
}

/** By which way a person spoke; `policy` where nobody did and the spec's default was taken. */
export const vias = ['temporal', 'cli', 'api'] as const;
export type Via = (typeof vias)[number] | 'policy';

export interface DecisionRecord {
  readonly at: string;
  readonly question: string;
  /** Who decided, as they said; `deadline` when nobody did in time. */
  readonly by: string;
  readonly via: Via;
  readonly choice: Choice | 'approve' | 'withdraw' | 'pause' | 'rollback' | 'refused';
  readonly reason: string;
  /** The plan that was approved. */
  readonly plan?: string;
  /** What a retry changed, field by field. */
  readonly change?: unknown;
}

/** `Terminated`: somebody ended its workflow; never said by the run itself. */
export const runPhases = [
  'Planning',
  'AwaitingApproval',
  'Running',
  'Parked',
  'RollingBack',
  'Succeeded',
  'RolledBack',
  'RollbackIncomplete',
  'Terminated',
  'Finalizing',
  'Finalized',
] as const;
export type RunPhase = (typeof runPhases)[number];

export interface StepReport {
  readonly id: string;
  readonly step: string;
  readonly title: string;
  readonly phase: string;
  readonly state: StepState | 'planned';
  /** As the plan had it, beside what it took. */
  readonly estimate?: Estimate;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly result?: unknown;
}

export interface PhaseReport {
  readonly id: string;
  readonly title: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly seconds?: number;
}

/** What was looked at and found right, or not yet. */
export type CheckReport = Pick<StepReport, 'id' | 'title' | 'state' | 'endedAt' | 'result'>;

/** How long the run itself kept users out: from withdrawing the old way in to opening the new one, or the old one again. What a client sees comes on top. */
export interface HeldOut {
  readonly from: string;
  readonly to?: string;
  readonly seconds?: number;
}

/** Of a run that is over, in its store: as JSON. */
export const reportArtifact = 'report.json';

export interface Report {
  readonly run: string;
  readonly kind: string;
  readonly title: string;
  readonly phase: RunPhase;
  readonly plan?: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly phases: readonly PhaseReport[];
  readonly steps: readonly StepReport[];
  readonly checks: readonly CheckReport[];
  readonly heldOut?: HeldOut;
  readonly decisions: readonly DecisionRecord[];
  readonly notes: readonly string[];
  /** What was to be moved, as it was found when the plan was made. */
  readonly inspected?: readonly Inspected[];
  readonly question?: Question;
  /** The gate that waits for approval. */
  readonly gate?: Gate;
  /** Why the run went back, if it did. */
  readonly cause?: string;
  readonly committed: boolean;
  /** Of a drill that is looked up: the last runs of the same drill up to this one, newest first. */
  readonly trend?: readonly TrendPoint[];
  /** ISO 8601. Told while no worker answers: nothing later is known. Never said by the run itself. */
  readonly asOf?: string;
}
