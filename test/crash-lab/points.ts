import { captureOf, type PlannedStep, undoOf } from './planned-step.js';
import { isMark, type Write } from './write-log.js';

export const rows = ['before', 'middle', 'after', 'undo-before', 'undo-middle', 'undo-after', 'failure', 'cancel'] as const;
export type Row = (typeof rows)[number];

/** A moment of a run, or of its rollback, at which it is struck. */
export interface Point {
  /** `volume/files/middle-2` */
  readonly id: string;
  readonly step: PlannedStep;
  readonly row: Row;
  /** In the middle: the write after which the worker dies. */
  readonly write?: Pick<Write, 'name' | 'nth'>;
  /** Steps of which one makes that write, whichever comes first. */
  readonly makers: readonly string[];
}

/** What an undisturbed run and its rollback wrote. */
export interface Recording {
  readonly steps: readonly PlannedStep[];
  readonly writes: readonly Write[];
}

/** A run and its rollback have hundreds of gaps, and the fakes' suite knows them all: here so many of each act and of each undo are enough. */
const mostOfAct = 8;
const mostOfUndo = 4;
/** Helm is one call of a step. Of the gaps between its own writes: behind its record, behind its first object, amidst, before its last word. */
const ofHelm = (count: number): readonly number[] => [0, 1, Math.floor(count / 2), count - 2];

/** The garbage collector deletes a request with its Job, and may be faster. */
const isRace = (name: string): boolean => /^DELETE .*\/secrets\/JOB-/.test(name);
const endsJob = ({ name }: Write): boolean => /^DELETE .*\/jobs\//.test(name);
/** Steps of a batch that keep the same thing of the run race for it. */
const isShared = (name: string): boolean => /\/rehelm-RUN-artifact-/.test(name);

/** Every point at which a worker dies, from what the undisturbed run did. Throws where a step left no trace. */
export const killPoints = (recording: Recording): readonly Point[] =>
  recording.steps.flatMap((step) => [...forward(step, recording), ...backward(step, recording)]);

function forward(step: PlannedStep, recording: Recording): readonly Point[] {
  const mine = recording.writes.filter((write) => write.step === step.id);
  const begun = mine.some(({ activity, name }) => activity === captureOf(step) && name.endsWith('-begun'));
  const done = mine.some(({ activity, name }) => activity === step.step && name.endsWith('-done'));
  if (!begun || !done) throw new Error(`step ${step.id} (${step.step}) left no trace in the undisturbed run: it has no points`);
  const middles = spread(gaps(effects(step, step.step, recording)), mostOfAct).map((write, index) => middle(step, 'middle', index, write, recording));
  return [point(step, 'before'), ...middles, point(step, 'after')];
}

function backward(step: PlannedStep, recording: Recording): readonly Point[] {
  const isTraced = recording.writes.some(({ step: of, activity }) => of === step.id && activity === undoOf(step));
  if (!isTraced) throw new Error(`the undo of ${step.id} left no trace in the undisturbed rollback: it has no points`);
  const undo = effects(step, undoOf(step), recording);
  const middles = spread(gaps(undo), mostOfUndo).map((write, index) => middle(step, 'undo-middle', index, write, recording));
  return [...(undo.length > 0 ? [point(step, 'undo-before')] : []), ...middles, point(step, 'undo-after')];
}

const point = (step: PlannedStep, row: Row): Point => ({ id: `${step.id}/${row}`, step, row, makers: [step.id] });

function middle(step: PlannedStep, row: Row, index: number, { name, nth }: Write, { steps }: Recording): Point {
  const makers = isShared(name) ? steps.filter(({ batch }) => batch === step.batch).map(({ id }) => id) : [step.id];
  return { id: `${step.id}/${row}-${index + 1}`, step, row, write: { name, nth }, makers };
}

/** What an activity of a step changed, in every run: what several steps race for is the first one's. */
function effects(step: PlannedStep, activity: string, { steps, writes }: Recording): readonly Write[] {
  const batch = new Set(steps.filter((each) => each.batch === step.batch).map(({ id }) => id));
  const isFirst = (write: Write) => !isShared(write.name) || writes.find(({ name, step: of }) => name === write.name && batch.has(of)) === write;
  return writes.filter((write) => write.step === step.id && write.activity === activity && !isMark(write.name) && !isRace(write.name) && isFirst(write));
}

/** The writes behind which there is a gap: all but the last. Behind the end of a Job there is one even so, since its request is still to go. */
function gaps(writes: readonly Write[]): readonly Write[] {
  const helms = writes.filter(({ byHelm }) => byHelm);
  const chosen = new Set(ofHelm(helms.length).map((index) => helms[index]));
  return writes.filter((write, index) => (index < writes.length - 1 || endsJob(write)) && (!write.byHelm || chosen.has(write)));
}

const spread = <T>(all: readonly T[], most: number): readonly T[] =>
  all.length <= most ? all : Array.from({ length: most }, (_, index) => all[Math.round((index * (all.length - 1)) / (most - 1))]!);

/** How many gaps there are, those that are not struck included. */
export const gapsOf = (step: PlannedStep, recording: Recording): number => Math.max(0, effects(step, step.step, recording).length - 1);

/** Steps whose act is one write or none: nothing lies between two of them. */
export function stepsWithoutMiddle(recording: Recording): readonly string[] {
  const withMiddle = new Set(killPoints(recording).flatMap(({ row, step }) => (row === 'middle' ? [step.id] : [])));
  return recording.steps.map(({ id }) => id).filter((id) => !withMiddle.has(id));
}

/** One step of each phase, failing and cancelled when it has done all and not yet said so: the last that changes something, since all before it is done by then. */
export function turningPoints(recording: Recording): readonly Point[] {
  const changes = (step: PlannedStep) => effects(step, step.step, recording).length > 0;
  const phases = Map.groupBy(recording.steps, ({ phase }) => phase);
  return [...phases.values()].flatMap((all) => {
    const step = all.findLast(changes) ?? all.at(-1)!;
    return [point(step, 'failure'), point(step, 'cancel')];
  });
}
