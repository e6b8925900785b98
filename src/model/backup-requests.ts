import type { BackupPlace, BackupSummary } from './backup.js';

/** What either engine's copier is asked about a backup, whoever made it; the server is not looked at. */
export interface InBackup {
  readonly place: BackupPlace;
  readonly backup: string;
}

export type FindBackupRequest = InBackup & { readonly verb: 'findBackup' };
/** `identity`: an age identity, so that it is proved to open the backup. A secret. */
export type CheckBackupRequest = InBackup & { readonly verb: 'checkBackup'; readonly identity?: string };
export type RemoveBackupRequest = InBackup & { readonly verb: 'removeBackup' };
export type BackupRequest = FindBackupRequest | CheckBackupRequest | RemoveBackupRequest;

export interface BackupResults {
  readonly listDatabases: { readonly databases: readonly string[] };
  readonly findBackup: {
    /** Absent: there is none of that name. */
    readonly found?: BackupSummary;
    /** Names of all that are whole, oldest first. */
    readonly backups: readonly string[];
    /** That this one takes up already, whole or not. Absent in answers of releases that did not look. */
    readonly heldBytes?: number;
    /** Of the place; absent where it has no such limit. */
    readonly freeBytes?: number;
  };
  readonly dump: BackupSummary & { readonly seconds: number };
  readonly checkBackup: BackupSummary & { readonly seconds: number };
  readonly removeBackup: { readonly removed: number };
}
