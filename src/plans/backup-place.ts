import type { BackupPlaceRef, StagingVolume } from '../model/backup.js';
import type { BackupPlaceSpec } from '../model/schema/backup-place.js';

const gib = 2 ** 30;
/** Guide 002, "Backup": at least three times the database. */
const timesDatabase = 3;

/** Where steps find the place that a spec names. */
export function backupPlaceOf({ volume, s3 }: BackupPlaceSpec): BackupPlaceRef {
  if (volume) return { kind: 'volume', namespace: volume.namespace, claim: volume.claim };
  if (!s3) throw new TypeError('the schema demands a volume or S3');
  const { endpoint, prefix, ...kept } = s3;
  return { kind: 's3', ...kept, ...(endpoint !== undefined && { endpoint }), ...(prefix !== undefined && { prefix }) };
}

/** Of a volume that is made, in bytes. */
export const volumeBytes = ({ volume }: BackupPlaceSpec, databaseBytes: number): number => volume?.size ?? Math.max(gib, timesDatabase * databaseBytes);

/** Room for what is made or opened beside its place: rounded up, and some for what comes with it. */
export const stagingFor = ({ staging }: BackupPlaceSpec, bytes: number): StagingVolume => ({
  bytes: gib * Math.max(1, Math.ceil((bytes * 1.1) / gib)),
  ...(staging && { storageClass: staging.storageClass }),
});

/** As people say it: `volume shop/backups`, `s3://nightly/shop`. */
export const showPlace = ({ volume, s3 }: BackupPlaceSpec): string =>
  volume ? `volume ${volume.namespace}/${volume.claim}` : `s3://${s3?.bucket}${s3?.prefix ? `/${s3.prefix}` : ''}`;
