import type { ChartUpgradeInventory, ChartUpgradeSpec } from '../../model/chart-upgrade.js';
import type { DatabaseBackupInventory, DatabaseBackupSpec, DatabaseRestoreInventory, DatabaseRestoreSpec } from '../../model/database-backup.js';
import type { DatabaseCopyInventory, DatabaseCopySpec } from '../../model/database-copy.js';
import type { DatabaseUpgradeInventory, DatabaseUpgradeSpec } from '../../model/database-upgrade.js';
import type { Problem, ShownPlan } from '../../model/plan.js';
import type { PostgresToHaInventory, PostgresToHaSpec } from '../../model/postgres-to-ha.js';
import { lackOfSpace, together } from '../../model/space.js';
import type { Adapters } from '../adapters.js';
import type { checkSteps } from '../runs/journaled.js';
import { backupAccess } from './backup-access.js';
import { chartUpgradeAccess } from './chart-upgrade-access.js';
import { type AccessNeed, checkNeeds } from './check-access.js';
import { checkLocks } from './check-locks.js';
import { copyAccess } from './copy-access.js';
import { upgradeAccess } from './upgrade-access.js';

interface Checked<Spec, Inventory> {
  /** Who asks: a run, or a preview. */
  readonly run: string;
  readonly spec: Spec;
  readonly inventory: Inventory;
  readonly shown: ShownPlan;
}

/** Of each kind whose steps are Jobs at a database every reason against its plan, gathered before anything is touched. */
export function checkDatabaseJobs({ kube, locks, temporal }: Pick<Adapters, 'kube' | 'locks' | 'temporal'>, ofSteps: ReturnType<typeof checkSteps>) {
  const check =
    <Spec, Inventory extends { readonly obstacles: readonly Problem[] }>(
      needsOf: (spec: Spec, inventory: Inventory) => readonly AccessNeed[],
      problemsOf: (spec: Spec, inventory: Inventory) => readonly Problem[] = () => [],
    ) =>
    async ({ run, spec, inventory, shown }: Checked<Spec, Inventory>): Promise<readonly Problem[]> => {
      const held = await checkLocks({ locks, temporal }, shown.plan.locks);
      if (held.length > 0) return held;
      const ofPlan = [...(await checkNeeds(kube, needsOf(spec, inventory))), ...problemsOf(spec, inventory)];
      // A server that cannot be asked would say so once for each step, after minutes.
      if (inventory.obstacles.length > 0) return [...ofPlan, ...inventory.obstacles];
      return [...ofPlan, ...(await ofSteps({ run, steps: shown.plan.phases.flatMap(({ steps }) => steps) }))];
    };

  return {
    checkChartUpgrade: check<ChartUpgradeSpec, ChartUpgradeInventory>(chartUpgradeAccess),
    checkDatabaseBackup: check<DatabaseBackupSpec, DatabaseBackupInventory>(backupAccess),
    checkDatabaseCopy: check<DatabaseCopySpec, DatabaseCopyInventory>(copyAccess, lackForAll),
    checkDatabaseRestore: check<DatabaseRestoreSpec, DatabaseRestoreInventory>(backupAccess),
    checkPostgresToHa: check<PostgresToHaSpec, PostgresToHaInventory>(chartUpgradeAccess),
    checkDatabaseUpgrade: check<DatabaseUpgradeSpec, DatabaseUpgradeInventory>(upgradeAccess),
  };
}

/** Each copy's own check looks at its own room, and at none where the source is read from its volume. */
function lackForAll({ volume }: DatabaseCopySpec, { databases }: DatabaseCopyInventory): readonly Problem[] {
  const spaces = databases.flatMap(({ space }) => space ?? []);
  return volume || spaces.length > 1 ? lackOfSpace(together(spaces)).map((message) => ({ check: 'target', message: `All databases: ${message}` })) : [];
}
