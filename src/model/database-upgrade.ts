import type { Problem } from './plan.js';
import type { ObjectRef, WorkloadRef } from './refs.js';
import type { DatabaseUpgradeSpec } from './schema/database-upgrade.js';

export type { DatabaseUpgradeSpec };

/** What `inspect` found for a DatabaseUpgrade: names and numbers only. */
export interface DatabaseUpgradeInventory {
  /** Name of the PersistentVolume that the claim is bound to. */
  readonly volume: string;
  readonly workloads: readonly { readonly ref: WorkloadRef; readonly replicas: number }[];
  /** HPAs, CronJobs, Flux and Argo CD owners, KEDA ScaledObjects of the writers. */
  readonly owners: readonly ObjectRef[];
  /** Why nothing can be upgraded as things are. */
  readonly obstacles: readonly Problem[];
}
