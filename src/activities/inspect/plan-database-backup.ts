import type { DatabaseBackupInventory, DatabaseBackupSpec } from '../../model/database-backup.js';
import type { ShownPlan } from '../../model/plan.js';
import { planDatabaseBackup as plan } from '../../plans/database-backup.js';
import { hashPlan } from './hash-plan.js';

/** An activity, so that the plan is in the history: new worker code never changes the plan of a run that has begun. */
export async function planDatabaseBackup({
  spec,
  inventory,
}: {
  readonly spec: DatabaseBackupSpec;
  readonly inventory: DatabaseBackupInventory;
}): Promise<ShownPlan> {
  const made = plan(spec, inventory);
  return { plan: made, hash: hashPlan(made) };
}
