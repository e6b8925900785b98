import type { DatabaseUpgradeInventory, DatabaseUpgradeSpec } from '../../model/database-upgrade.js';
import type { Problem, ShownPlan } from '../../model/plan.js';
import type { Adapters } from '../adapters.js';
import type { checkSteps } from '../runs/journaled.js';
import { checkDatabaseJobs } from './check-database-jobs.js';
import { upgradeAccess } from './upgrade-access.js';

interface Checked {
  /** Who asks: a run, or a preview. */
  readonly run: string;
  readonly spec: DatabaseUpgradeSpec;
  readonly inventory: DatabaseUpgradeInventory;
  readonly shown: ShownPlan;
}

/** Every reason against the upgrade, gathered before anything is touched. */
export function checkDatabaseUpgrade({ kube, locks, temporal }: Pick<Adapters, 'kube' | 'locks' | 'temporal'>, ofSteps: ReturnType<typeof checkSteps>) {
  return {
    async checkDatabaseUpgrade({ run, spec, inventory, shown }: Checked): Promise<readonly Problem[]> {
      return checkDatabaseJobs({ kube, locks, temporal }, ofSteps, { run, shown, needs: upgradeAccess(spec, inventory), obstacles: inventory.obstacles });
    },
  };
}
