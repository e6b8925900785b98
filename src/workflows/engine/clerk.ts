import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.js';

/** The engine's own short activities: they wait as long as the cluster is away, for nothing can go on without them. */
export const clerk = proxyActivities<Activities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '20 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '15 seconds' },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
});
