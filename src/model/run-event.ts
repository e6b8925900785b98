import type { Gate } from './plan.js';
import type { DecisionRecord, Question, RunPhase, StepReport } from './report.js';

/** One change of a run. Positions count from 1 without gaps, and are the same for whoever asks, whenever. */
export type RunEvent = { readonly position: number; readonly at: string } & RunChange;

export type RunChange =
  | { readonly type: 'phase'; readonly phase: RunPhase; readonly cause?: string }
  | { readonly type: 'step'; readonly id: string; readonly title: string; readonly state: StepReport['state'] }
  | { readonly type: 'decision'; readonly decision: DecisionRecord }
  /** What waits for a person now; neither: nothing does any more. */
  | { readonly type: 'waiting'; readonly question?: Question; readonly gate?: Gate; readonly plan?: string };

export interface RunEvents {
  readonly events: readonly RunEvent[];
  /** Position of the newest event; 0 before the first. */
  readonly last: number;
}
