import { WorkflowNotFoundError } from '@temporalio/client';
import type { FoundRun } from '../activities/runs/find-runs.js';
import { CliError } from './cli-error.js';
import type { Session } from './session.js';

/** Nothing is left of them that a person could take back. */
const overAndDone: readonly string[] = ['RolledBack', 'Finalized'];

/**
 * The run that a word on the command line means: a workflow id or a run's id. Looks into the journals, too.
 * Of a workflow id it is the newest run, but for a refused one, which touched nothing, where an older one still has something to be taken back.
 */
export async function findRun(session: Session, name: string): Promise<FoundRun> {
  const runs = await session.look('findRuns', { run: name });
  const [newest] = runs;
  const found = newest?.phase === 'Refused' ? (runs.find(({ phase }) => phase !== 'Refused' && !overAndDone.includes(phase)) ?? newest) : newest;
  if (!found) throw new CliError(`there is no run ${name}`, { hint: 'rehelm status lists the runs' });
  return found;
}

/** The workflow to send an update to: the named one where it is open, else what goes on with that run now (its rollback). */
export async function openWorkflow(session: Session, name: string): Promise<string> {
  if (await isOpen(session, name)) return name;
  const { workflowId, open, openAfter, phase } = await findRun(session, name);
  if (open) return workflowId;
  if (openAfter !== undefined) return openAfter;
  throw new CliError(`${workflowId} is closed: it is ${phase}`, { hint: `rehelm report ${workflowId}` });
}

/** Is a workflow of this id open? Needs no worker. */
export async function isOpen(session: Session, workflowId: string): Promise<boolean> {
  return session.soon(`describe ${workflowId}`, async () => {
    try {
      return (await session.client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  });
}
