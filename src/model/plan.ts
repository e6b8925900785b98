import type { Space } from './space.js';

/** One change: what `rehelm plan` prints, the gate approves and the engine runs. Data only; plans/step.ts ties step and input together. */
export interface Step {
  /** Unique in the plan, and the same whenever the same plan is made again: the journal and every name derived for the step hang on it. */
  readonly id: string;
  /** The activity that does it. */
  readonly step: string;
  /** For people; nothing hangs on it. */
  readonly title: string;
  readonly input: unknown;
  /** Consecutive steps of one group run side by side. */
  readonly group?: string;
  /** It changes nothing and says whether something is true: a check of the report. */
  readonly proves?: true;
  /** May an operator go on without it? */
  readonly skippable?: true;
  /** Fields of the input that a retry may change, such as values or a time limit. */
  readonly changeable?: readonly string[];
  /** Of what moves data; no part of the hash, since a product that runs grows. */
  readonly estimate?: Estimate;
  /** Minutes and hours rather than seconds: the step heartbeats and has this long before the run parks. */
  readonly withinSeconds?: number;
}

export interface Estimate {
  /** As the server tells it, indexes included. */
  readonly bytes: number;
  readonly seconds: number;
  /** What it takes on the target's volume, and what was free there; absent where it takes none, or where that is not known. */
  readonly space?: Space;
}

/**
 * `start` before anything is touched, `cutover` before users of a product that was at work until then are held out, `helm` until an upgrade that the run does not do itself
 * has been applied, `commit` before users are let in to the target.
 */
export const gates = ['start', 'cutover', 'helm', 'commit'] as const;
export type Gate = (typeof gates)[number];

/** One database, say, with what is in it, one line each. */
export interface Inspected {
  readonly name: string;
  readonly facts: readonly string[];
}

export interface Phase {
  readonly id: string;
  readonly title: string;
  /** What a person approves before the phase begins. */
  readonly gate?: Gate;
  /** From its beginning on the target takes users' writes: nothing goes back by itself any more. */
  readonly commits?: true;
  /** From the beginning of the phase that closes them until the end of the one that opens them, the doors are closed to users. */
  readonly doors?: 'close' | 'open';
  readonly steps: readonly Step[];
}

export interface Plan {
  readonly kind: string;
  readonly title: string;
  readonly phases: readonly Phase[];
  /** Keys of what the run locks: releases and source namespaces. */
  readonly locks: readonly string[];
  /** Once it is done there is nothing to take back: the locks are released, and no finalize is needed. */
  readonly leavesNothing?: true;
  /** What a reader must know before approving: holes, waivers, what is reported but not refused. */
  readonly notes: readonly string[];
  /** What is to be moved, as it was found; no part of the hash, since a product that runs grows. */
  readonly inspected?: readonly Inspected[];
}

/** Place of a step in the plan, from 1: the order in which steps are taken back, the same after a Reset. */
export const placeIn = ({ phases }: Plan, id: string): number => phases.flatMap(({ steps }) => steps).findIndex((step) => step.id === id) + 1;

/** A plan with the hash by which it is approved. */
export interface ShownPlan {
  readonly plan: Plan;
  readonly hash: string;
}

/** One reason why a plan cannot be carried out as things are. */
export interface Problem {
  /** The step or the check that found it. */
  readonly check: string;
  readonly message: string;
}
