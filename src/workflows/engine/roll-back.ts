import { ActivityFailure, rootCause } from '@temporalio/workflow';
import type { BegunStep } from '../../activities/runs/clerk.js';
import { batches } from './batch.js';
import { clerk } from './clerk.js';
import type { Desk } from './desk.js';
import type { StepCalls } from './steps.js';

export interface Back {
  readonly run: string;
  /** The raised epoch: whoever writes with an older one is refused. */
  readonly epoch: number;
  readonly calls: StepCalls;
  readonly desk: Desk;
  /** Told of each step's new state. */
  readonly seen: (entry: BegunStep, state: 'undone' | 'left') => void;
}

/**
 * Takes back what the journal in the cluster holds, newest first, groups side by side; that is also what an earlier, reset course of the run began.
 * An undo that fails waits for a person, without a default: later ones may depend on it. Answers the steps that were left.
 */
export async function rollBack(back: Back): Promise<readonly BegunStep[]> {
  const begun = await clerk.readJournal({ run: back.run });
  const left: BegunStep[] = [];
  for (const batch of batches(begun.filter(({ state }) => state !== 'undone').toReversed())) {
    const undone = await Promise.all(batch.map((entry) => takeBack(entry, back)));
    left.push(...batch.filter((_, index) => !undone[index]));
  }
  return left;
}

async function takeBack(entry: BegunStep, { run, epoch, calls, desk, seen }: Back): Promise<boolean> {
  const act = { run, epoch, step: entry.id, undo: true } as const;
  for (;;) {
    try {
      await calls.undo(entry, act);
      seen(entry, 'undone');
      return true;
    } catch (failure) {
      if (!(failure instanceof ActivityFailure)) throw failure;
      const { choice } = await desk.ask({ text: `Undo of ${entry.title}: ${rootCause(failure)}`, choices: ['retry', 'skip'], step: entry.id });
      if (choice === 'retry') continue;
      await clerk.markStep({ act, state: 'left' });
      seen(entry, 'left');
      return false;
    }
  }
}
