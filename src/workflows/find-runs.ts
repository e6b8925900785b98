import { setCurrentDetails } from '@temporalio/workflow';
import type { FoundRun } from '../activities/runs/find-runs.js';
import { described } from './engine/described.js';

const quick = described(
  {
    startToCloseTimeout: '1 minute',
    scheduleToCloseTimeout: '2 minutes',
    heartbeatTimeout: '10 seconds',
    retry: { initialInterval: '200 milliseconds', maximumInterval: '5 seconds' },
  },
  { findRuns: 'Look into the journals and ask Temporal' },
);

/** Lists runs, newest first, from Temporal and the journals; with `{"run":"…"}` one of them. Reads only. */
export async function findRuns(request: unknown): Promise<readonly FoundRun[]> {
  setCurrentDetails('Looks for runs: it reads, and changes nothing. Its result is the list.');
  const run = typeof request === 'object' && request !== null && 'run' in request ? request.run : undefined;
  return quick.findRuns(typeof run === 'string' ? { run } : {});
}
