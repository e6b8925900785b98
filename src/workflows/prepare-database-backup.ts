import { workflowInfo } from '@temporalio/workflow';
import type { Prepared } from '../model/policy.js';
import { described } from './engine/described.js';
import { type Preview, unlessRefused } from './preflight.js';
import { standingApproval } from './standing-approval.js';

const { inspectDatabaseBackup, planDatabaseBackup, checkDatabaseBackup } = described(
  {
    startToCloseTimeout: '5 minutes',
    // Nothing was touched yet: a cluster that is away this long closes the run instead of keeping people waiting.
    scheduleToCloseTimeout: '10 minutes',
    heartbeatTimeout: '20 seconds',
    retry: { initialInterval: '500 milliseconds', maximumInterval: '15 seconds' },
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  },
  {
    inspectDatabaseBackup: "Read the spec, the server and the backup's place",
    planDatabaseBackup: 'Make the plan',
    checkDatabaseBackup: 'Look for everything that would stand in the way',
  },
);

/** inspect → plan → check. Reads only; what the plan would meet is answered, not thrown. */
export async function previewDatabaseBackup(given: unknown): Promise<Preview> {
  const { firstExecutionRunId: run } = workflowInfo();
  const standing = standingApproval();
  const { spec, policy, inventory, isSigned } = await inspectDatabaseBackup({ spec: given, run, ...(standing && { standing }) });
  const shown = await planDatabaseBackup({ spec, inventory });
  return { spec, policy, shown, problems: await checkDatabaseBackup({ run, spec, inventory, shown }), ...(isSigned && { isSigned }) };
}

/** The same, and PreflightFailed with all problems where there are any. */
export async function prepareDatabaseBackup(given: unknown): Promise<Prepared> {
  const prepared = unlessRefused(await previewDatabaseBackup(given));
  const standing = standingApproval();
  return { ...prepared, ...(standing && { standing }) };
}
