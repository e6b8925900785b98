import { type ActivityOptions, workflowInfo } from '@temporalio/workflow';
import { failure } from '../errors.js';
import type { Problem, ShownPlan } from '../model/plan.js';
import type { Policy, Prepared } from '../model/policy.js';
import type { StandingApproval } from '../model/schedule/standing-approval.js';
import { standingApproval } from './standing-approval.js';

export interface Preview extends Prepared {
  readonly problems: readonly Problem[];
}

/** Of the activities that look and plan. */
export const looking: ActivityOptions = {
  startToCloseTimeout: '5 minutes',
  // Nothing was touched yet: a cluster that is away this long closes the run instead of keeping people waiting.
  scheduleToCloseTimeout: '10 minutes',
  heartbeatTimeout: '20 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '15 seconds' },
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
};

interface Asked {
  readonly spec: unknown;
  readonly run: string;
  readonly standing?: StandingApproval;
}

interface Inspected<Spec, Inventory> {
  readonly spec: Spec;
  readonly policy: Policy;
  readonly inventory: Inventory;
  readonly isSigned?: true;
}

/** A kind's own activities, and whether a schedule may start it: of others nobody's standing approval counts. */
export interface Looks<Spec, Inventory> {
  inspect(asked: Asked): Promise<Inspected<Spec, Inventory>>;
  plan(found: { readonly spec: Spec; readonly inventory: Inventory }): Promise<ShownPlan>;
  check(made: { readonly run: string; readonly spec: Spec; readonly inventory: Inventory; readonly shown: ShownPlan }): Promise<readonly Problem[]>;
  readonly scheduled?: true;
}

/** inspect → plan → check. Reads only; what the plan would meet is answered by a preview, and thrown by a run: PreflightFailed with all problems. */
export function preflight<Spec, Inventory>({ inspect, plan, check, scheduled }: Looks<Spec, Inventory>) {
  const standingOf = () => {
    const standing = scheduled && standingApproval();
    return standing ? { standing } : {};
  };
  const preview = async (given: unknown): Promise<Preview> => {
    const { firstExecutionRunId: run } = workflowInfo();
    const { spec, policy, inventory, isSigned } = await inspect({ spec: given, run, ...standingOf() });
    const shown = await plan({ spec, inventory });
    return { spec, policy, shown, problems: await check({ run, spec, inventory, shown }), ...(isSigned && { isSigned }) };
  };
  const prepare = async (given: unknown): Promise<Prepared> => ({ ...unlessRefused(await preview(given)), ...standingOf() });
  return { preview, prepare };
}

function unlessRefused({ problems, ...prepared }: Preview): Prepared {
  if (problems.length === 0) return prepared;
  throw failure('PreflightFailed', problems.map(({ check, message }) => `${check}: ${message}`).join('\n'), { details: { problems } });
}
