import { workflowInfo } from '@temporalio/workflow';
import type { Prepared } from '../model/policy.js';
import { described } from './engine/described.js';
import { type Preview, unlessRefused } from './preflight.js';

const { inspectKustomizeToHelm, planKustomizeToHelm, checkKustomizeToHelm } = described(
  {
    startToCloseTimeout: '5 minutes',
    // Nothing was touched yet: a cluster that is away this long closes the run instead of keeping people waiting.
    scheduleToCloseTimeout: '10 minutes',
    heartbeatTimeout: '20 seconds',
    retry: { initialInterval: '500 milliseconds', maximumInterval: '15 seconds' },
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  },
  {
    inspectKustomizeToHelm: 'Read the spec, the cluster, the chart and the databases',
    planKustomizeToHelm: 'Make the plan',
    checkKustomizeToHelm: 'Look for everything that would stand in the way',
  },
);

/** inspect → plan → check. Reads only; what the plan would meet is answered, not thrown. A run claims the files that came with its spec. */
export async function previewKustomizeToHelm(given: unknown, { claims = false }: { readonly claims?: boolean } = {}): Promise<Preview> {
  const { firstExecutionRunId: run } = workflowInfo();
  const { spec, policy, inventory } = await inspectKustomizeToHelm({ spec: given, ...(claims && { run }) });
  const shown = await planKustomizeToHelm({ spec, inventory });
  const problems = await checkKustomizeToHelm({ run, spec, inventory, shown });
  return { spec, policy, shown, problems };
}

/** The same, and PreflightFailed with all problems where there are any. */
export async function prepareKustomizeToHelm(given: unknown): Promise<Prepared> {
  return unlessRefused(await previewKustomizeToHelm(given, { claims: true }));
}
