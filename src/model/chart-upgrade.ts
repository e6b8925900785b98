import type { FoundChart, FoundWorkload } from './kustomize-to-helm.js';
import type { Problem } from './plan.js';
import type { ObjectRef, ReleaseRef, WorkloadRef } from './refs.js';
import type { ChartUpgradeSpec } from './schema/chart-upgrade.js';

export type { ChartUpgradeSpec };

/** A claim of the old release. */
export interface ReleasedVolume {
  readonly claim: string;
  /** Name of the PersistentVolume. */
  readonly volume: string;
  /** As the claim asks for it, such as `5Gi`. */
  readonly size: string;
  /** keep: the new release gets it under its name. rebind: under another. replace: the new one has its own under the name. */
  readonly fate: 'keep' | 'replace' | 'rebind';
  /** Of one to rebind: how the new chart calls it. */
  readonly to?: string;
}

export interface FoundDatabaseOfRelease {
  readonly name: string;
  readonly bytes: number;
  /** Of the old server, such as 11. */
  readonly major: number;
  /** A start in recovery would empty relations. */
  readonly unlogged: boolean;
  readonly notes: readonly string[];
  readonly facts?: readonly string[];
  /** Of the server's data, as pg_control has it: what is served from another directory has another one. */
  readonly systemIdentifier?: string;
  /** Its server is none of the release's: it is left alone. */
  readonly external?: true;
}

/** What became of the values, by paths; never what they hold. */
export interface MigratedValues {
  /** One sentence for each change that the map makes. */
  readonly changes: readonly string[];
  readonly unread: readonly string[];
  /** Read only where something is switched on. */
  readonly dormant: readonly string[];
}

/** The release is what the spec wants already. */
export interface UpgradedBefore {
  readonly release: ReleaseRef;
  readonly done: { readonly revision: number; readonly chart: string; readonly chartVersion: string };
  readonly owners: readonly ObjectRef[];
  readonly obstacles: readonly Problem[];
}

/** What `inspect` found for a ChartUpgrade: names and numbers only, below 256 KB. */
export type ChartUpgradeInventory = UpgradedBefore | FoundUpgrade;

/** A release that is to become another chart. */
export interface FoundChange {
  readonly serverVersion: string;
  readonly helmVersion: string;
  readonly release: ReleaseRef;
  /** The release as it is. */
  readonly deployed: { readonly revision: number; readonly chart: string; readonly chartVersion: string };
  readonly chart: FoundChart;
  /** Of the new chart as it is installed at first, those with pods. */
  readonly first: readonly WorkloadRef[];
  /** Who is stopped. */
  readonly workloads: readonly FoundWorkload[];
  /** Of the old release everything with pods: who serves again once it is back. */
  readonly former: readonly WorkloadRef[];
  readonly owners: readonly ObjectRef[];
  readonly held: readonly ObjectRef[];
  readonly databases: readonly FoundDatabaseOfRelease[];
  readonly values: MigratedValues;
  /** Replicas as they were found, by the paths of the new values. */
  readonly set: { readonly [path: string]: number };
  readonly obstacles: readonly Problem[];
  readonly remarks: readonly string[];
}

/** A release to upgrade. */
export interface FoundUpgrade extends FoundChange {
  readonly volumes: readonly ReleasedVolume[];
  /** Names of Secrets that the new chart makes itself. */
  readonly ownSecrets: readonly string[];
  /** Names of claims that the new chart makes itself, not by the template of a StatefulSet. */
  readonly ownClaims: readonly string[];
}
