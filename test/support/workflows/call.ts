import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';

export interface Call {
  readonly activity: string;
  readonly input?: unknown;
  readonly options?: ActivityOptions;
}

/** Calls one activity as the test wants it. */
export async function call({ activity, input, options }: Call): Promise<unknown> {
  const activities = proxyActivities<Record<string, (input: unknown) => Promise<unknown>>>({
    startToCloseTimeout: '20 seconds',
    retry: { maximumAttempts: 1 },
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    ...options,
  });
  return activities[activity]!(input);
}
