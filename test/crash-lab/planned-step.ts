import type { Plan } from '../../src/model/plan.js';

/** A step as the plan of the undisturbed run lists it. */
export interface PlannedStep {
  readonly id: string;
  /** The activity that does it. */
  readonly step: string;
  readonly phase: string;
  /** Steps of one batch run side by side, and can be struck by one kill. */
  readonly batch: number;
}

export const captureOf = ({ step }: Pick<PlannedStep, 'step'>): string => `capture${pascal(step)}`;
export const undoOf = ({ step }: Pick<PlannedStep, 'step'>): string => `undo${pascal(step)}`;

const pascal = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

export function stepsOf({ phases }: Plan): readonly PlannedStep[] {
  let batch = 0;
  let group: string | undefined;
  return phases.flatMap((phase) =>
    phase.steps.map(({ id, step, group: own }, index) => {
      if (index === 0 || own === undefined || own !== group) batch += 1;
      group = own;
      return { id, step, phase: phase.id, batch };
    }),
  );
}
