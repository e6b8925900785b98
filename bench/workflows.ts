import { proxyActivities } from '@temporalio/workflow';
import type { Plan } from '../src/model/plan.js';
import type { Prepared } from '../src/model/policy.js';
import type { Report } from '../src/model/report.js';
import { Run } from '../src/workflows/engine/run.js';

/** Activities that only the bench's worker has. */
export interface BenchActivities {
  readonly noOp: (input: object) => Promise<void>;
  readonly prepareBench: (input: { readonly plan: Plan }) => Promise<Prepared>;
}

const { noOp, prepareBench } = proxyActivities<BenchActivities>({ startToCloseTimeout: '1 minute', retry: { maximumAttempts: 1 } });

/** So many activities that do nothing, one after another: what the server and a worker take for themselves. */
export async function noOps({ count }: { readonly count: number }): Promise<void> {
  for (let done = 0; done < count; done += 1) await noOp({});
}

/** The engine with a plan that the bench gives: no inspection, no gates. */
export async function benchPlan(input: { readonly plan: Plan }): Promise<Report> {
  return new Run('Bench', () => prepareBench(input)).carryOut();
}
