import type { Report } from '../model/report.js';
import { described } from './engine/described.js';
import { Run } from './engine/run.js';

const { prepareFinalize } = described(
  {
    startToCloseTimeout: '5 minutes',
    scheduleToCloseTimeout: '10 minutes',
    heartbeatTimeout: '20 seconds',
    retry: { maximumInterval: '15 seconds' },
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  },
  { prepareFinalize: 'List what would be dropped' },
);

/**
 * Drops what a rollback of a committed run would need, after its list was shown and approved by its own hash.
 * Input: `{"run":"…","by":"ada@example.com","reason":"…"}`, before the spec's time also `"early":true`.
 */
export async function finalize(request: unknown): Promise<Report> {
  const run = typeof request === 'object' && request !== null && 'run' in request ? String(request.run) : '';
  return new Run('Finalize', () => prepareFinalize({ request }), { finalizes: run }).carryOut();
}
