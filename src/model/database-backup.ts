import type { BackupSummary } from './backup.js';
import type { Problem } from './plan.js';
import type { DatabaseBackupSpec } from './schema/database-backup.js';
import type { DatabaseRestoreSpec } from './schema/database-restore.js';

export type { DatabaseBackupSpec, DatabaseRestoreSpec };

/** What `inspect` found for a DatabaseBackup: names and numbers only. */
export interface DatabaseBackupInventory {
  /** As people say it, `PostgreSQL 15.18`; absent where it could not be asked, which an obstacle says. */
  readonly server?: string;
  /** Those that will be in the backup. */
  readonly databases: readonly { readonly name: string; readonly bytes: number; readonly notes: readonly string[] }[];
  /** Of a volume: whether its claim is there. */
  readonly claimExists: boolean;
  readonly obstacles: readonly Problem[];
}

/** What `inspect` found for a DatabaseRestore. */
export interface DatabaseRestoreInventory {
  readonly server?: string;
  /** Absent where there is none of that name, or its place could not be asked, which an obstacle says. */
  readonly backup?: BackupSummary;
  /** Of the databases that are to be restored, those whose name is taken, with what they hold. */
  readonly taken: readonly { readonly name: string; readonly bytes: number; readonly holds?: string }[];
  readonly obstacles: readonly Problem[];
}
