import type { DatabaseUpgradeInventory, DatabaseUpgradeSpec } from '../../model/database-upgrade.js';
import type { ShownPlan } from '../../model/plan.js';
import { planDatabaseUpgrade as plan } from '../../plans/database-upgrade.js';
import { hashPlan } from './hash-plan.js';

/** An activity, so that the plan is in the history: new worker code never changes the plan of a run that has begun. */
export async function planDatabaseUpgrade({
  spec,
  inventory,
}: {
  readonly spec: DatabaseUpgradeSpec;
  readonly inventory: DatabaseUpgradeInventory;
}): Promise<ShownPlan> {
  const made = plan(spec, inventory);
  return { plan: made, hash: hashPlan(made) };
}
