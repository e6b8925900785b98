import type { Steps } from '../activities/steps.js';
import type { Step } from '../model/plan.js';

/** A step is any activity that has a `capture…` companion; its `undo…` companion is demanded in workflows/engine/steps.ts. */
export type StepName = {
  [K in keyof Steps & string]: `capture${Capitalize<K>}` extends keyof Steps ? K : never;
}[keyof Steps & string];

/** A step as plans build it: the name decides what the input must be. */
export type TypedStep = {
  [S in StepName]: Omit<Step, 'step' | 'input' | 'changeable'> & {
    readonly step: S;
    readonly input: Parameters<Steps[S]>[0];
    readonly changeable?: readonly (keyof Parameters<Steps[S]>[0] & string)[];
  };
}[StepName];
