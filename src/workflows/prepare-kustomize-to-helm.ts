import { workflowInfo } from '@temporalio/workflow';
import { failure } from '../errors.js';
import type { Problem } from '../model/plan.js';
import type { Prepared } from '../model/policy.js';
import { described } from './engine/described.js';

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

export interface Preview extends Prepared {
  readonly problems: readonly Problem[];
}

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
  const { problems, ...prepared } = await previewKustomizeToHelm(given, { claims: true });
  if (problems.length === 0) return prepared;
  throw failure('PreflightFailed', problems.map(({ check, message }) => `${check}: ${message}`).join('\n'), { details: { problems } });
}
