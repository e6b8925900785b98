import type { PlannedStep } from '../support/product/cases.js';
import type { Recorded, Recording } from './recording.js';

export type Row = 'before' | 'after' | 'middle' | 'zombie' | 'reset' | 'cancel';

/** A moment of a run at which its worker is struck. */
export interface Point {
  /** `volume/files/middle-2` */
  readonly id: string;
  readonly step: PlannedStep;
  readonly row: Row;
  /** The change at which a call stands still, and whether it has been made by then. */
  readonly at: Recorded;
  readonly made: boolean;
}

const isDone = ({ change }: Recorded): boolean => /-done$/.test(change);
const isBegun = ({ change }: Recorded): boolean => /-begun$/.test(change);

/**
 * Every point of a step, from what an undisturbed run did in it: `before` the act (its capture is in the journal), each gap between two changes of the act,
 * `after` its last one (nobody has noted that it is done), the writes at which a worker freezes (the first of the act, and one amidst), and the reset (while the act is at its end). Beside them a cancel that comes while the act is at its end.
 * Reads change nothing: a worker that dies between two of them leaves the world of the change before.
 */
export function pointsOf(step: PlannedStep, { changes }: Recording): readonly Point[] {
  const mine = changes.filter((each) => each.step === step.id);
  const begun = mine.find(isBegun);
  const act = mine.filter(({ activity }) => activity === step.step);
  const done = act.find(isDone);
  const first = act[0];
  if (!begun || !done || !first) throw new Error(`step ${step.id} (${step.step}) left no trace in the undisturbed run: it has no crash points`);
  const effects = act.filter((each) => !isDone(each));
  const amidst = effects[Math.floor(effects.length / 2)];
  const point = (row: Row, at: Recorded, made: boolean, number?: number): Point => ({
    id: `${step.id}/${row}${number === undefined ? '' : `-${number}`}`,
    step,
    row,
    at,
    made,
  });
  return [
    point('before', begun, true),
    ...effects.slice(0, -1).map((effect, index) => point('middle', effect, true, index + 1)),
    point('after', done, false),
    point('zombie', first, false),
    ...(amidst && amidst !== first ? [point('zombie', amidst, false, 2)] : []),
    point('reset', done, false),
    point('cancel', done, false),
  ];
}

export const allPoints = (recording: Recording): readonly Point[] => recording.steps.flatMap((step) => pointsOf(step, recording));

/** Steps whose act is one change or none: nothing lies between two of them. */
export const stepsWithoutMiddle = (points: readonly Point[]): readonly string[] => {
  const withMiddle = new Set(points.filter(({ row }) => row === 'middle').map(({ step }) => step.id));
  return [...new Set(points.map(({ step }) => step.id))].filter((id) => !withMiddle.has(id));
};
