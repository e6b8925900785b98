import type { Problem } from './plan.js';
import type { ObjectRef, WorkloadRef } from './refs.js';
import type { DatabaseCopySpec } from './schema/database-copy.js';
import type { Space } from './space.js';

export type { DatabaseCopySpec };

interface CopiedInventory {
  readonly name: string;
  readonly bytes: number;
  readonly notes: readonly string[];
  /** What is in it, one line each; absent of more databases than a reader looks at, and where nothing was found. */
  readonly facts?: readonly string[];
  /** Of its copy; absent where it is not there, or where the target could not be asked. */
  readonly space?: Space;
}

/** What `inspect` found for a DatabaseCopy: names and numbers only, below 256 KB. */
export interface DatabaseCopyInventory {
  /** As people say it, `PostgreSQL 15.18`; absent where it could not be asked, which an obstacle says. */
  readonly source?: string;
  readonly target?: string;
  /** Where the spec names the source's volume, and the source could be asked. */
  readonly volume?: {
    /** Name of the PersistentVolume. */
    readonly name: string;
    readonly major: number;
    /** Absent where the target could not be asked. */
    readonly targetMajor?: number;
    /** A start in recovery would empty relations. */
    readonly unlogged: boolean;
  };
  /** In the spec's order; none where the source could not be asked. */
  readonly databases: readonly CopiedInventory[];
  /** Whom the fence stops and whom it doesn't, one sentence each; absent where the source could not be asked, or is read from its volume. */
  readonly fence?: readonly string[];
  readonly workloads: readonly { readonly ref: WorkloadRef; readonly replicas: number }[];
  /** HPAs, CronJobs, Flux and Argo CD owners, KEDA ScaledObjects of the writers. */
  readonly owners: readonly ObjectRef[];
  /** Why nothing can be copied as things are: a server that does not answer. */
  readonly obstacles: readonly Problem[];
}
