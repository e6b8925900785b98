import { type ActivityFunctionWithOptions, type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.js';
import type { Act } from '../../model/act.js';
import type { Json } from '../../model/kube-object.js';
import type { Step } from '../../model/plan.js';
import type { StepName } from '../../plans/step.js';

type Captured<S extends StepName> = `capture${Capitalize<S>}` extends infer C extends keyof Activities ? Awaited<ReturnType<Activities[C]>> : never;
type TakesBack<S extends StepName> = `undo${Capitalize<S>}` extends infer U extends keyof Activities
  ? Captured<S> extends Parameters<Activities[U]>[0]
    ? true
    : false
  : false;
type NotUndoable = { [S in StepName]: TakesBack<S> extends true ? never : S }[StepName];

/** Does not compile while a step lacks an undo that takes exactly what its capture gives; the error names the step. */
const everyStepCanBeUndone: [NotUndoable] extends [never] ? true : NotUndoable = true;
void everyStepCanBeUndone;

/** The one place where a step's name becomes a call; plans/step.ts has already tied name and input together. */
type ByName = Record<string, ActivityFunctionWithOptions<(...args: unknown[]) => Promise<unknown>>>;

const activities: ByName = proxyActivities({ startToCloseTimeout: '1 minute' });

/** A transient fault of a short step is retried this long; then the run parks and a person decides. */
const patienceSeconds = 600;
const attemptSeconds = 120;

function options(heartbeatSeconds: number, withinSeconds: number, summary: string): ActivityOptions & { summary: string } {
  return {
    startToCloseTimeout: (attemptSeconds + withinSeconds) * 1000,
    scheduleToCloseTimeout: (patienceSeconds + withinSeconds) * 1000,
    heartbeatTimeout: heartbeatSeconds * 1000,
    // A worker's death is an attempt, too: however many there were, the next worker goes on 20 s after one, ten of which pass until it is noticed.
    retry: { initialInterval: '500 milliseconds', maximumInterval: '10 seconds' },
    // Spelled out: otherwise an undo may run while the cancelled step still acts.
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    summary: summary.slice(0, 200),
  };
}

const companion = (prefix: 'capture' | 'undo', step: string) => prefix + step.charAt(0).toUpperCase() + step.slice(1);

/** How steps of one run are called. */
export class StepCalls {
  readonly #heartbeatSeconds: () => number;

  constructor(heartbeatSeconds: () => number) {
    this.#heartbeatSeconds = heartbeatSeconds;
  }

  /** Reads what the undo needs and writes it to the journal, unless the journal has it already. */
  async capture(step: Step, act: Act, number: number): Promise<void> {
    const call = activities[companion('capture', step.step)]!;
    await call.executeWithOptions(options(this.#heartbeatSeconds(), 0, `Before: ${step.title}`), [
      step.input,
      act,
      { number, title: step.title, ...(step.group !== undefined && { group: step.group }) },
    ]);
  }

  /** Does it, and notes in the journal that it is done. */
  async act(step: Step, act: Act): Promise<Json | undefined> {
    const done = await activities[step.step]!.executeWithOptions(options(this.#heartbeatSeconds(), step.withinSeconds ?? 0, step.title), [step.input, act]);
    return done as Json | undefined;
  }

  /** Takes it back with what the journal holds, and notes that. */
  async undo({ step, title }: { readonly step: string; readonly title: string }, act: Act): Promise<void> {
    // Undos wait for things, too: pods gone, claims bound. Their own limits end them; this one only has to be longer.
    await activities[companion('undo', step)]!.executeWithOptions(options(this.#heartbeatSeconds(), 1800, `Undo: ${title}`), [act]);
  }
}
