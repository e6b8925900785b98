import type { BackupRequest, BackupResults, InBackup } from './backup-requests.js';
import type { RunScope } from './copier-requests.js';
import type { MongoAddress } from './mongo-facts.js';

interface AtMongo {
  readonly engine: 'mongodb';
  readonly at: MongoAddress;
}

/** An archive that mongodump has written beside the manifest to come. */
export interface WrittenArchive {
  readonly database: string;
  /** From the backup's own folder on. */
  readonly path: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  /** As mongodump counted them. */
  readonly documents: number;
}

/** Beside an archive that is whole: the result of its dump, for whoever asks again. */
export const saidOf = (archive: string): string => `${archive}.said`;

export type KeepArchivesRequest = AtMongo &
  InBackup & {
    readonly verb: 'keepArchives';
    readonly startedAt: string;
    /** As it says itself: `mongorestore version: 100.9.4`. */
    readonly tool: string;
    readonly archives: readonly WrittenArchive[];
  };

interface FromArchive extends InBackup, AtMongo {
  /** Its name in the backup. */
  readonly from: string;
  readonly to: string;
}

export type TakeArchiveRequest = FromArchive & RunScope<MongoAddress> & { readonly verb: 'takeArchive' };
export type VerifyRestoredRequest = FromArchive & { readonly verb: 'verifyRestored' };

export type MongoBackupRequest =
  | (AtMongo & { readonly verb: 'listDatabases' })
  | (AtMongo & BackupRequest)
  | KeepArchivesRequest
  | TakeArchiveRequest
  | VerifyRestoredRequest;

export interface MongoBackupResults extends Omit<BackupResults, 'dump'> {
  readonly keepArchives: BackupResults['dump'];
  /** What a restore brings. */
  readonly takeArchive: WrittenArchive & { readonly collections: number };
  readonly verifyRestored: {
    readonly equal: boolean;
    readonly documents: number;
    readonly collections: number;
    /** One sentence each. */
    readonly differences: readonly string[];
    /** Collections whose contents no archive tells: of time series it has buckets. */
    readonly notCompared: readonly string[];
    /** Collections and views of which the backup knows no definition: of those and of their indexes only names were compared. */
    readonly namesOnly: readonly string[];
    readonly seconds: number;
  };
}
