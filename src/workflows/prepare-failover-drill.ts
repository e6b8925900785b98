import { workflowInfo } from '@temporalio/workflow';
import type { Prepared } from '../model/policy.js';
import { described } from './engine/described.js';
import { type Preview, unlessRefused } from './preflight.js';
import { standingApproval } from './standing-approval.js';

const { inspectFailoverDrill, planFailoverDrill, checkFailoverDrill } = described(
  {
    startToCloseTimeout: '2 minutes',
    // Nothing was touched yet: a cluster that is away this long closes the run instead of keeping people waiting.
    scheduleToCloseTimeout: '5 minutes',
    heartbeatTimeout: '20 seconds',
    retry: { initialInterval: '500 milliseconds', maximumInterval: '15 seconds' },
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  },
  {
    inspectFailoverDrill: 'Read the spec, the target, and what stands beside it',
    planFailoverDrill: 'Make the plan',
    checkFailoverDrill: 'Look for everything that would stand in the way',
  },
);

/** inspect → plan → check. Reads only; what the plan would meet is answered, not thrown. */
export async function previewFailoverDrill(given: unknown): Promise<Preview> {
  const { firstExecutionRunId: run } = workflowInfo();
  const standing = standingApproval();
  const { spec, policy, inventory, isSigned } = await inspectFailoverDrill({ spec: given, ...(standing && { standing }) });
  const shown = await planFailoverDrill({ spec, inventory });
  return { spec, policy, shown, problems: await checkFailoverDrill({ run, inventory, shown }), ...(isSigned && { isSigned }) };
}

/** The same, and PreflightFailed with all problems where there are any. */
export async function prepareFailoverDrill(given: unknown): Promise<Prepared> {
  const prepared = unlessRefused(await previewFailoverDrill(given));
  const standing = standingApproval();
  return { ...prepared, ...(standing && { standing }) };
}
