import type { FoundChange, ReleasedVolume, UpgradedBefore } from './chart-upgrade.js';
import type { FoundWorkload } from './kustomize-to-helm.js';
import type { PostgresToHaSpec } from './schema/postgres-to-ha.js';

export type { PostgresToHaSpec };

/** What `inspect` found for a PostgresToHA: names and numbers only, below 256 KB. */
export type PostgresToHaInventory = UpgradedBefore | FoundSingleServer;

/** A release whose single server is to become members. */
export interface FoundSingleServer extends FoundChange {
  /** Of the single server: kept under their names. */
  readonly volumes: readonly Omit<ReleasedVolume, 'fate' | 'to'>[];
  /** Who writes, with as many replicas as somebody else's helm brings them with: the run starts them so. */
  readonly brought?: readonly FoundWorkload[];
  /** Hosts of the members, the first one first, once all are there. */
  readonly members: readonly string[];
}
