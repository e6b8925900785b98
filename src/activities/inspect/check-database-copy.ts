import type { DatabaseCopyInventory, DatabaseCopySpec } from '../../model/database-copy.js';
import type { Problem, ShownPlan } from '../../model/plan.js';
import type { Adapters } from '../adapters.js';
import type { checkSteps } from '../runs/journaled.js';
import { checkDatabaseJobs } from './check-database-jobs.js';
import { copyAccess } from './copy-access.js';

interface Checked {
  /** Who asks: a run, or a preview. */
  readonly run: string;
  readonly spec: DatabaseCopySpec;
  readonly inventory: DatabaseCopyInventory;
  readonly shown: ShownPlan;
}

/** Every reason against the copy, gathered before anything is touched. */
export function checkDatabaseCopy({ kube, locks, temporal }: Pick<Adapters, 'kube' | 'locks' | 'temporal'>, ofSteps: ReturnType<typeof checkSteps>) {
  return {
    async checkDatabaseCopy({ run, spec, inventory, shown }: Checked): Promise<readonly Problem[]> {
      return checkDatabaseJobs({ kube, locks, temporal }, ofSteps, { run, shown, needs: copyAccess(spec, inventory), obstacles: inventory.obstacles });
    },
  };
}
