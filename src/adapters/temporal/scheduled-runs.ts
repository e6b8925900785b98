import { type Client, type ScheduleExecutionResult, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { FailureType } from '../../errors.js';
import type { ScheduledRun, Verdict } from '../../model/schedule/scheduled-run.js';

/** Of a failed run; any other failure proves nothing. */
const verdicts: Readonly<Partial<Record<FailureType, Verdict>>> = {
  DrillRed: 'red',
  BackupFailed: 'red',
  DrillNotRun: 'notRun',
  DrillNotAcknowledged: 'notRun',
  PreflightFailed: 'notRun',
  InvalidSpec: 'notRun',
  RunInProgress: 'notRun',
};

type Outcome = Pick<ScheduledRun, 'verdict' | 'why'>;

/** Gives each look its deadline and its failures. */
type Soon = <T>(workflowId: string, look: () => Promise<T>) => Promise<T>;

/** The last ones with what came of them, newest first. */
export async function scheduledRuns(client: Client, recent: readonly ScheduleExecutionResult[], soon: Soon): Promise<readonly ScheduledRun[]> {
  const runs = await Promise.all(
    recent.map(async ({ scheduledAt, takenAt, action }) => {
      const { workflowId, firstExecutionRunId: run } = action.workflow;
      const outcome = await soon(workflowId, () => outcomeOf(client, workflowId, run));
      return { workflowId, run, scheduledAt: scheduledAt.toISOString(), startedAt: takenAt.toISOString(), ...outcome };
    }),
  );
  return runs.toSorted((left, right) => (left.startedAt < right.startedAt ? 1 : -1));
}

async function outcomeOf(client: Client, workflowId: string, run: string): Promise<Outcome> {
  const handle = client.workflow.getHandle(workflowId, run, { firstExecutionRunId: run });
  try {
    const { status } = await handle.describe();
    if (status.name === 'RUNNING') return { verdict: 'running' };
    await handle.result();
    return { verdict: 'green' };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return {};
    if (error instanceof WorkflowFailedError) return ofFailure(error);
    throw error;
  }
}

function ofFailure({ cause, message }: WorkflowFailedError): Outcome {
  const type = cause instanceof ApplicationFailure ? cause.type : undefined;
  const verdict = verdicts[type as FailureType] ?? 'inconclusive';
  return { verdict, why: [type, cause?.message ?? message].filter(Boolean).join(': ') };
}
