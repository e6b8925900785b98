import { setCurrentDetails } from '@temporalio/workflow';
import type { ListRunsRequest, RunPage } from '../activities/runs/list-runs.js';
import { described } from './engine/described.js';
import { orClose } from './engine/or-close.js';

const quick = described(
  {
    startToCloseTimeout: '1 minute',
    scheduleToCloseTimeout: '2 minutes',
    heartbeatTimeout: '10 seconds',
    retry: { initialInterval: '200 milliseconds', maximumInterval: '5 seconds' },
  },
  { listRuns: 'Ask Temporal page by page, and look into the journals' },
);

/** One page of the runs. Input: `{"kind":"KustomizeToHelm","phase":"Parked","waitingFor":"decision","namespace":"shop","limit":50}`, each optional. Reads only. */
export async function listRuns(request: unknown): Promise<RunPage> {
  setCurrentDetails('Lists runs: it reads, and changes nothing. Its result is one page.');
  return orClose(quick.listRuns(typeof request === 'object' && request !== null ? (request as ListRunsRequest) : {}));
}
