import type { BackupFormat } from './backup.js';
import type { BackupRequest, BackupResults, InBackup } from './backup-requests.js';
import type { RunScope } from './copier-requests.js';
import type { CopiedRoles, PostgresServer, PostgresVerifyResult } from './postgres-facts.js';

interface AtPostgres {
  readonly engine: 'postgresql';
  readonly at: PostgresServer;
}

type Scope = AtPostgres & RunScope<PostgresServer>;

/** Of dumps and restores. `at` is the server that is read, or written to. */
export type PostgresBackupRequest =
  | (AtPostgres & BackupRequest)
  | (AtPostgres &
      InBackup & {
        readonly verb: 'dump';
        readonly databases: readonly string[];
        readonly format: BackupFormat;
        /** age recipients; none: not encrypted. */
        readonly recipients: readonly string[];
        readonly jobs: number;
        /** Where the dump is made before it is kept; default: beside its place, on the volume. */
        readonly staging?: string;
      })
  | PostgresRestoreRequest
  | PostgresVerifyRestoredRequest
  | (Scope & { readonly verb: 'replace' } & Replacement)
  | (Scope & { readonly verb: 'putBack' } & Replacement)
  | (Scope & { readonly verb: 'dropReplaced'; readonly database: string });

interface FromBackup extends InBackup, AtPostgres {
  /** Its name in the backup. */
  readonly from: string;
  /** What it is restored as. */
  readonly to: string;
  readonly jobs: number;
  /** An age identity, where the backup is encrypted. A secret. */
  readonly identity?: string;
  /** For what must be opened first; default: the volume itself, read where it lies. */
  readonly staging?: string;
}

export interface PostgresRestoreRequest extends FromBackup, RunScope<PostgresServer> {
  readonly verb: 'restore';
}

export interface PostgresVerifyRestoredRequest extends FromBackup {
  readonly verb: 'verifyRestored';
  /** Whose roles have to be the backup's in everything. Absent: as if it had made none. */
  readonly run?: string;
}

/** A restored database takes the name of another, which is kept under a third. */
export interface Replacement {
  readonly restored: string;
  readonly name: string;
  /** What the one that has the name is called then, where there is one. Absent: nobody may have it. */
  readonly aside?: string;
}

export interface PostgresBackupResults extends BackupResults {
  readonly restore: {
    readonly rows: number;
    readonly tables: number;
    readonly roles: CopiedRoles;
    readonly seconds: number;
  };
  readonly verifyRestored: PostgresVerifyResult;
  readonly replace: { readonly replaced: boolean; readonly ended: number };
  readonly putBack: { readonly back: boolean };
  readonly dropReplaced: { readonly dropped: boolean };
}
