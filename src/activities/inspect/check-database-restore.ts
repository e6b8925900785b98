import type { DatabaseRestoreInventory, DatabaseRestoreSpec } from '../../model/database-backup.js';
import type { Problem, ShownPlan } from '../../model/plan.js';
import type { Adapters } from '../adapters.js';
import type { checkSteps } from '../runs/journaled.js';
import { backupAccess } from './backup-access.js';
import { checkDatabaseJobs } from './check-database-jobs.js';

interface Checked {
  /** Who asks: a run, or a preview. */
  readonly run: string;
  readonly spec: DatabaseRestoreSpec;
  readonly inventory: DatabaseRestoreInventory;
  readonly shown: ShownPlan;
}

/** Every reason against it, gathered before anything is touched. */
export function checkDatabaseRestore({ kube, locks, temporal }: Pick<Adapters, 'kube' | 'locks' | 'temporal'>, ofSteps: ReturnType<typeof checkSteps>) {
  return {
    async checkDatabaseRestore({ run, spec, inventory, shown }: Checked): Promise<readonly Problem[]> {
      return checkDatabaseJobs({ kube, locks, temporal }, ofSteps, { run, shown, needs: backupAccess(spec), obstacles: inventory.obstacles });
    },
  };
}
