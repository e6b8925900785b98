import type { DatabaseCopyInventory, DatabaseCopySpec } from '../../model/database-copy.js';
import type { ShownPlan } from '../../model/plan.js';
import { planDatabaseCopy as plan } from '../../plans/database-copy.js';
import { hashPlan } from './hash-plan.js';

/** An activity, so that the plan is in the history: new worker code never changes the plan of a run that has begun. */
export async function planDatabaseCopy({
  spec,
  inventory,
}: {
  readonly spec: DatabaseCopySpec;
  readonly inventory: DatabaseCopyInventory;
}): Promise<ShownPlan> {
  const made = plan(spec, inventory);
  return { plan: made, hash: hashPlan(made) };
}
