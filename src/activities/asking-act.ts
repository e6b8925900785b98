import { Context } from '@temporalio/activity';
import type { LockStore } from '../adapters/journal/journal.js';
import type { Act } from '../model/act.js';

/**
 * On whose behalf a check or a capture runs a Job that only asks: their workflow's, as far as an activity knows it.
 * Not the run's id after a Reset; the Job goes with the question, so nothing hangs on it but the label by which an orphan is found.
 */
export async function askingAct(locks: Pick<LockStore, 'epoch'>): Promise<Act> {
  const run = Context.current().info.workflowExecution?.runId ?? 'check';
  return { run, epoch: await locks.epoch(run), step: 'check' };
}
