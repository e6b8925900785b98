import type { DatabaseBackupInventory, DatabaseBackupSpec } from '../../model/database-backup.js';
import type { Problem, ShownPlan } from '../../model/plan.js';
import type { Adapters } from '../adapters.js';
import type { checkSteps } from '../runs/journaled.js';
import { backupAccess } from './backup-access.js';
import { checkDatabaseJobs } from './check-database-jobs.js';

interface Checked {
  /** Who asks: a run, or a preview. */
  readonly run: string;
  readonly spec: DatabaseBackupSpec;
  readonly inventory: DatabaseBackupInventory;
  readonly shown: ShownPlan;
}

/** Every reason against it, gathered before anything is touched. */
export function checkDatabaseBackup({ kube, locks, temporal }: Pick<Adapters, 'kube' | 'locks' | 'temporal'>, ofSteps: ReturnType<typeof checkSteps>) {
  return {
    async checkDatabaseBackup({ run, spec, inventory, shown }: Checked): Promise<readonly Problem[]> {
      return checkDatabaseJobs({ kube, locks, temporal }, ofSteps, { run, shown, needs: backupAccess(spec), obstacles: inventory.obstacles });
    },
  };
}
