import type { ChartUpgradeSpec } from './chart-upgrade.js';
import type { DatabaseRestoreSpec } from './database-backup.js';
import type { DatabaseCopySpec } from './database-copy.js';
import type { PostgresServerRef } from './database-refs.js';
import type { DatabaseUpgradeSpec } from './database-upgrade.js';
import type { KustomizeToHelmSpec } from './kustomize-to-helm.js';
import type { PostgresToHaSpec } from './postgres-to-ha.js';
import type { UpgradeWithin } from './private-server.js';
import type { ObjectRef } from './refs.js';

/** The run that is to be finalized. */
export interface FinalizedRun {
  readonly run: string;
  readonly title: string;
  readonly locks: readonly string[];
  /** What users keep an eye on: finalized before the spec's time, and the reason given. */
  readonly early?: string;
}

/** A PersistentVolume that the run set to Retain, and the step whose capture holds the former policy. */
export interface RetainedVolume {
  readonly volume: string;
  readonly retainedBy: string;
}

/** What a rollback would need and a finalize drops, kind by kind: found anew, for the days between may have changed it. */
export type FinalizeInventory =
  | {
      readonly kind: 'KustomizeToHelm';
      readonly spec: KustomizeToHelmSpec;
      /** Deployments, Services (never `kubernetes`), Ingresses and their owners of the source; claims that are still there. */
      readonly objects: readonly ObjectRef[];
      readonly volumes: readonly RetainedVolume[];
    }
  | {
      readonly kind: 'ChartUpgrade';
      readonly spec: ChartUpgradeSpec;
      /** Of the new release: databases that have taken the place of the chart's own. */
      readonly replaced: readonly { readonly name: string }[];
      /** Claims that keep old volumes, and those that dumps lie on, as far as the run has made them. */
      readonly claims: readonly ObjectRef[];
      /** Directories that were upgraded in place, with the step that did it. */
      readonly upgraded: readonly (UpgradeWithin & { readonly upgradedBy: string })[];
      readonly volumes: readonly RetainedVolume[];
    }
  | {
      readonly kind: 'PostgresToHA';
      readonly spec: PostgresToHaSpec;
      /** Databases that have taken the place of the chart's own, and where: whichever member is the primary by now. */
      readonly replaced: readonly { readonly name: string; readonly server: PostgresServerRef }[];
      /** The single server's, and those that dumps lie on, as far as the run has made them. */
      readonly claims: readonly ObjectRef[];
      readonly volumes: readonly RetainedVolume[];
    }
  | { readonly kind: 'DatabaseCopy'; readonly spec: DatabaseCopySpec; readonly volumes: readonly RetainedVolume[] }
  | { readonly kind: 'DatabaseUpgrade'; readonly spec: DatabaseUpgradeSpec; readonly volumes: readonly RetainedVolume[] }
  | {
      readonly kind: 'DatabaseRestore';
      readonly spec: DatabaseRestoreSpec;
      /** Names of databases that have taken the place of others. */
      readonly replaced: readonly string[];
    };

export type FinalizeInventoryOf<K extends FinalizeInventory['kind']> = Extract<FinalizeInventory, { readonly kind: K }>;
