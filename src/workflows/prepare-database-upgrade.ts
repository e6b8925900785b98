import { workflowInfo } from '@temporalio/workflow';
import type { Prepared } from '../model/policy.js';
import { described } from './engine/described.js';
import { type Preview, unlessRefused } from './preflight.js';

const { inspectDatabaseUpgrade, planDatabaseUpgrade, checkDatabaseUpgrade } = described(
  {
    startToCloseTimeout: '5 minutes',
    // Nothing was touched yet: a cluster that is away this long closes the run instead of keeping people waiting.
    scheduleToCloseTimeout: '10 minutes',
    heartbeatTimeout: '20 seconds',
    retry: { initialInterval: '500 milliseconds', maximumInterval: '15 seconds' },
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  },
  {
    inspectDatabaseUpgrade: 'Read the spec, the volume, and who uses it',
    planDatabaseUpgrade: 'Make the plan',
    checkDatabaseUpgrade: 'Look for everything that would stand in the way',
  },
);

/** inspect → plan → check. Reads only; what the plan would meet is answered, not thrown. */
export async function previewDatabaseUpgrade(given: unknown): Promise<Preview> {
  const { firstExecutionRunId: run } = workflowInfo();
  const { spec, policy, inventory } = await inspectDatabaseUpgrade({ spec: given });
  const shown = await planDatabaseUpgrade({ spec, inventory });
  return { spec, policy, shown, problems: await checkDatabaseUpgrade({ run, spec, inventory, shown }) };
}

/** The same, and PreflightFailed with all problems where there are any. */
export const prepareDatabaseUpgrade = async (given: unknown): Promise<Prepared> => unlessRefused(await previewDatabaseUpgrade(given));
