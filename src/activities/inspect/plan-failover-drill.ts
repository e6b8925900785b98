import type { FailoverDrillInventory, FailoverDrillSpec } from '../../model/failover-drill.js';
import type { ShownPlan } from '../../model/plan.js';
import { planFailoverDrill as plan } from '../../plans/failover-drill.js';
import { hashPlan } from './hash-plan.js';

interface Planned {
  readonly spec: FailoverDrillSpec;
  readonly inventory: FailoverDrillInventory;
}

/** An activity, so that the plan is in the history: new worker code never changes the plan of a run that has begun. */
export async function planFailoverDrill({ spec, inventory }: Planned): Promise<ShownPlan> {
  const made = plan(spec, inventory);
  return { plan: made, hash: hashPlan(made) };
}
