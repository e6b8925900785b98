import { setCurrentDetails } from '@temporalio/workflow';
import type { Reaped } from '../activities/runs/reap.js';
import { described } from './engine/described.js';

const { reap: reapOrphans } = described(
  {
    startToCloseTimeout: '2 minutes',
    scheduleToCloseTimeout: '5 minutes',
    heartbeatTimeout: '10 seconds',
    retry: { initialInterval: '200 milliseconds', maximumInterval: '5 seconds' },
  },
  { reap: 'Look for what runs left behind that nobody knows any more' },
);

/** Lists what runs that nobody knows any more left behind; with `{"remove":true}` removes what can hold no data. */
export async function reap(request: unknown): Promise<Reaped> {
  const remove = typeof request === 'object' && request !== null && 'remove' in request && request.remove === true;
  setCurrentDetails(remove ? 'Removes Jobs, Pods and bookkeeping of runs that have neither journal nor record.' : 'Looks for orphans; changes nothing.');
  return reapOrphans({ remove });
}
