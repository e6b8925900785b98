import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Report } from '../../src/model/report.js';
import type { Striker } from './striker.js';
import type { Workers } from './workers.js';

export interface Followed {
  readonly client: Client;
  readonly striker: Striker;
  readonly workers: Workers;
  readonly report: (workflowId: string) => Promise<Report | undefined>;
}

/** How often a run is asked whether it waits for somebody; its end is told by itself. */
const lookMilliseconds = 3000;
/** The longest step takes a minute, and another after a kill; a run in which none is done for longer than this will not end. */
const standstillSeconds = 240;

/** Waits for the end, and kills the worker whenever calls stand still. A question that nobody will answer is an error with its text, as is a run that gets no further. */
export async function followRun(followed: Followed, workflowId: string): Promise<Report> {
  const startedAt = Date.now();
  const over = outcomeOf(followed.client, workflowId);
  for (;;) {
    const strikes = followed.striker.gathered().then(() => 'strike' as const);
    const seen = await Promise.race([over, strikes, sleep(lookMilliseconds, 'look' as const)]);
    if (typeof seen === 'object') return seen;
    if (seen === 'strike') await strike(followed, workflowId);
    else refuseToWait(workflowId, await followed.report(workflowId));
    if (Date.now() - Math.max(startedAt, followed.striker.log.markedAt) > standstillSeconds * 1000)
      throw new Error(`${workflowId}: nothing was done for ${standstillSeconds} s: ${await failuresOf(followed.client, workflowId)}`);
  }
}

async function strike({ client, striker, workers }: Followed, workflowId: string): Promise<void> {
  await workers.replace();
  striker.strike();
  // Whoever was killed holds the workflow until somebody says that it is not coming back: three seconds a kill.
  await client.workflowService.resetStickyTaskQueue({ namespace: 'default', execution: { workflowId } }).catch(() => undefined);
}

/** A run that was refused has failed, with the reason in its cause. */
function outcomeOf(client: Client, workflowId: string): Promise<Report> {
  const outcome: Promise<Report> = client.workflow
    .getHandle(workflowId)
    .result()
    .catch((error: unknown) => {
      throw new Error(`${workflowId}: ${String(error instanceof Error ? (error.cause ?? error) : error)}`);
    });
  outcome.catch(() => undefined);
  return outcome;
}

/** What the activities under way say of their last attempts. */
async function failuresOf(client: Client, workflowId: string): Promise<string> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  const said = (raw.pendingActivities ?? []).map(
    ({ activityType, attempt, lastFailure }) => `${activityType?.name}, attempt ${attempt}: ${lastFailure?.message ?? 'no failure'}`,
  );
  return said.join('; ') || 'no activity is under way';
}

/** With a deadline it goes on by itself. */
function refuseToWait(workflowId: string, report: Report | undefined): void {
  if (report?.question && !report.question.deadline) throw new Error(`${workflowId} waits for an answer: ${report.question.text}`);
}
