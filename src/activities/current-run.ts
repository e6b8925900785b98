import { Context } from '@temporalio/activity';
import type { JournalStore } from '../adapters/journal/journal.js';

/**
 * The id of the run that the calling activity belongs to, once it changes things; undefined while it plans.
 * For checks, which are not told: one that comes again with a changed input must know what the run itself has made.
 */
export async function currentRun(journal: Pick<JournalStore, 'listRuns'>): Promise<string | undefined> {
  const workflowId = Context.current().info.workflowExecution?.workflowId;
  const mine = (await journal.listRuns()).filter((record) => record.workflowId === workflowId && record.phase === 'Running');
  return mine.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1))[0]?.run;
}
