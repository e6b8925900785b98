import type { KustomizeToHelmSpec } from './kustomize-to-helm.js';
import type { ObjectRef } from './refs.js';

/** What a rollback would need and a finalize drops: found anew, for the days between may have changed it. */
export interface FinalizeInventory {
  readonly run: string;
  readonly title: string;
  readonly spec: KustomizeToHelmSpec;
  readonly locks: readonly string[];
  /** Deployments, Services (never `kubernetes`), Ingresses and their owners of the source; claims that are still there. */
  readonly objects: readonly ObjectRef[];
  /** PersistentVolumes that the run set to Retain, each with the step whose capture holds the former policy. */
  readonly volumes: readonly { readonly volume: string; readonly retainedBy: string }[];
  /** What users keep an eye on: finalized before the spec's time, and the reason given. */
  readonly early?: string;
}
