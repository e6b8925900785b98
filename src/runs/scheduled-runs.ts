import { type Client, type ScheduleExecutionResult, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { FailureType } from '../errors.js';
import type { ScheduledRun, Verdict } from './schedules.js';
import type { TemporalCalls } from './temporal-calls.js';

/** Of a failed run; any other failure proves nothing. */
const verdicts: Readonly<Partial<Record<FailureType, Verdict>>> = {
  DrillRed: 'red',
  DrillNotRun: 'notRun',
  PreflightFailed: 'notRun',
  InvalidSpec: 'notRun',
  RunInProgress: 'notRun',
};

interface Way {
  readonly client: Client;
  readonly calls: TemporalCalls;
}

/** The last ones with what came of them, newest first. */
export async function scheduledRuns(way: Way, recent: readonly ScheduleExecutionResult[]): Promise<readonly ScheduledRun[]> {
  const runs = await Promise.all(recent.map((each) => scheduledRun(way, each)));
  return runs.toSorted((left, right) => (left.startedAt < right.startedAt ? 1 : -1));
}

async function scheduledRun(way: Way, { scheduledAt, takenAt, action }: ScheduleExecutionResult): Promise<ScheduledRun> {
  const { workflowId, firstExecutionRunId: run } = action.workflow;
  return { workflowId, run, scheduledAt: scheduledAt.toISOString(), startedAt: takenAt.toISOString(), ...(await outcomeOf(way, workflowId, run)) };
}

async function outcomeOf({ client, calls }: Way, workflowId: string, run: string): Promise<Pick<ScheduledRun, 'verdict' | 'why'>> {
  const handle = client.workflow.getHandle(workflowId, run, { firstExecutionRunId: run });
  return calls.soon(`look at ${workflowId}`, async () => {
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
  });
}

function ofFailure({ cause, message }: WorkflowFailedError): Pick<ScheduledRun, 'verdict' | 'why'> {
  const type = cause instanceof ApplicationFailure ? cause.type : undefined;
  const verdict = verdicts[type as FailureType] ?? 'inconclusive';
  return { verdict, why: [type, cause?.message ?? message].filter(Boolean).join(': ') };
}
