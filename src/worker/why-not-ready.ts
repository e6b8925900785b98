import type { NativeConnection, Worker } from '@temporalio/worker';

const patienceMilliseconds = 2000;

/** Why the worker takes no work now; nothing where it does. */
export async function whyNotReady(worker: Pick<Worker, 'getState'>, connection: NativeConnection): Promise<string | undefined> {
  const state = worker.getState();
  if (state !== 'RUNNING') return `the worker is ${state}`;
  try {
    await connection.withDeadline(Date.now() + patienceMilliseconds, () => connection.workflowService.getSystemInfo({}));
    return undefined;
  } catch {
    return 'Temporal does not answer';
  }
}
