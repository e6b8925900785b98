import type { Plan, ShownPlan } from '../../model/plan.js';
import { planChartUpgrade } from '../../plans/chart-upgrade.js';
import { planDatabaseBackup } from '../../plans/database-backup.js';
import { planDatabaseCopy } from '../../plans/database-copy.js';
import { planDatabaseRestore } from '../../plans/database-restore.js';
import { planDatabaseUpgrade } from '../../plans/database-upgrade.js';
import { planFailoverDrill } from '../../plans/failover-drill.js';
import { planKustomizeToHelm } from '../../plans/kustomize-to-helm.js';
import { planPostgresToHa } from '../../plans/postgres-to-ha.js';
import { hashPlan } from './hash-plan.js';

interface Found<Spec, Inventory> {
  readonly spec: Spec;
  readonly inventory: Inventory;
}

const shown =
  <Spec, Inventory>(plan: (spec: Spec, inventory: Inventory) => Plan) =>
  async ({ spec, inventory }: Found<Spec, Inventory>): Promise<ShownPlan> => {
    const made = plan(spec, inventory);
    return { plan: made, hash: hashPlan(made) };
  };

/** Activities, so that the plan is in the history: new worker code never changes the plan of a run that has begun. */
export const planKinds = {
  planChartUpgrade: shown(planChartUpgrade),
  planDatabaseBackup: shown(planDatabaseBackup),
  planDatabaseCopy: shown(planDatabaseCopy),
  planDatabaseRestore: shown(planDatabaseRestore),
  planDatabaseUpgrade: shown(planDatabaseUpgrade),
  planFailoverDrill: shown(planFailoverDrill),
  planKustomizeToHelm: shown(planKustomizeToHelm),
  planPostgresToHa: shown(planPostgresToHa),
};
