import { ActivityFailure, isCancellation } from '@temporalio/workflow';
import type { Step } from '../../model/plan.js';

/** How one run treats its steps. */
export interface Crew {
  /** Waits out a pause, turns back where that was asked. */
  readonly heed: () => Promise<void>;
  /** Runs what is given so that a pause ends it. */
  readonly heeding: <T>(body: () => Promise<T>) => Promise<T>;
  readonly attempt: (step: Step) => Promise<void>;
  /** Asks a person about a failed step: the step to try again, perhaps changed, or nothing when it is passed over. */
  readonly askAbout: (step: Step, failure: Error) => Promise<Step | undefined>;
}

interface Failed {
  readonly step: Step;
  readonly failure: Error;
}

/** Side by side, a group runs this many steps at once. */
const width = 24;

/** Consecutive steps of one group belong together; a step without a group stands alone. */
export function batches<S extends { readonly group?: string }>(steps: readonly S[]): readonly (readonly S[])[] {
  const made: S[][] = [];
  for (const step of steps) {
    const last = made.at(-1);
    if (last && step.group !== undefined && last[0]?.group === step.group) last.push(step);
    else made.push([step]);
  }
  return made;
}

/** Runs steps side by side. At the first failure none is started any more, those that run may end, then each failure is asked about. */
export async function runBatch(batch: readonly Step[], crew: Crew): Promise<void> {
  const open = new Map(batch.map((step) => [step.id, step]));
  while (open.size > 0) {
    await crew.heed();
    for (const { step, failure } of await crew.heeding(() => attemptAll(open, crew))) {
      const next = await crew.askAbout(step, failure);
      if (next) open.set(step.id, next);
      else open.delete(step.id);
    }
  }
}

/** Takes what is done out of `open`; answers what failed. What a pause ended stays open. */
async function attemptAll(open: Map<string, Step>, crew: Crew): Promise<readonly Failed[]> {
  const failed: Failed[] = [];
  const queue = [...open.values()];
  const takeNext = async (): Promise<void> => {
    for (let step = queue.shift(); step; step = queue.shift()) {
      const failure = await failureOf(step, crew);
      if (failure === 'none') open.delete(step.id);
      else queue.length = 0;
      if (failure instanceof Error) failed.push({ step, failure });
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, queue.length) }, takeNext));
  return failed;
}

async function failureOf(step: Step, crew: Crew): Promise<'none' | 'ended' | Error> {
  try {
    await crew.attempt(step);
    return 'none';
  } catch (failure) {
    if (isCancellation(failure)) return 'ended';
    if (failure instanceof ActivityFailure) return failure;
    throw failure;
  }
}
