import type { DatabaseRestoreInventory, DatabaseRestoreSpec } from '../../model/database-backup.js';
import type { ShownPlan } from '../../model/plan.js';
import { planDatabaseRestore as plan } from '../../plans/database-restore.js';
import { hashPlan } from './hash-plan.js';

/** An activity, so that the plan is in the history: new worker code never changes the plan of a run that has begun. */
export async function planDatabaseRestore({
  spec,
  inventory,
}: {
  readonly spec: DatabaseRestoreSpec;
  readonly inventory: DatabaseRestoreInventory;
}): Promise<ShownPlan> {
  const made = plan(spec, inventory);
  return { plan: made, hash: hashPlan(made) };
}
