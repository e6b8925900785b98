import { failure } from '../../errors.js';
import type { Act } from '../../model/act.js';
import type { BackupPlaceRef } from '../../model/backup.js';
import type { MongoBackupResults, WrittenArchive } from '../../model/copier-mongo-backup.js';
import type { MongoServerRef } from '../../model/database-refs.js';
import { jobOf, resolvePlace } from './backup-place.js';
import { runCopier } from './copier-job.js';
import type { EnginePart } from './database-engine.js';
import { type BackupVolume, dumpMongo, restoreMongo } from './mongo-tools.js';
import { resolveMongo } from './resolve-credentials.js';

interface Order {
  readonly server: MongoServerRef;
  readonly place: BackupPlaceRef;
  /** Of the image with mongodump and mongorestore; its user names it. */
  readonly image: string;
  readonly jobs: number;
  readonly withinSeconds: number;
}

export interface MongoBackupOrder extends Order {
  readonly databases: readonly string[];
  /** Of all of them together, as the server told. */
  readonly bytes: number;
}

export interface MongoRestoreOrder extends Order {
  readonly backup: string;
  readonly from: string;
  readonly to: string;
}

const lookSeconds = 300;
const gib = 1024 ** 3;

/** MongoDB's tools write and read files: the schema has refused S3. */
function volumeOf(place: BackupPlaceRef): BackupVolume {
  if (place.kind !== 'volume') throw failure('Invalid', 'mongodump writes its archives onto a volume, not to S3');
  return { namespace: place.namespace, claim: place.claim };
}

const fileOf = (backup: string, path: string): string => `${backup}/${path}`;

/** NoSpace with both numbers before a byte is written; archives are not compressed. */
function requireRoom(needed: number, free: number | undefined): void {
  if (free === undefined || free >= needed) return;
  const inGib = (bytes: number) => `${(bytes / gib).toFixed(2)} GiB`;
  throw failure('NoSpace', `The dump needs up to ${inGib(needed)}; ${inGib(free)} are free on the backup's volume.`, { details: { needed, free } });
}

/** An archive of each database by mongodump, read back by the copier, and the manifest that makes a backup of them. One that is whole stays as it is. */
export async function backUpMongo(
  { server, place, databases, bytes, ...tools }: MongoBackupOrder,
  act: Act,
  part: EnginePart,
): Promise<MongoBackupResults['keepArchives'] & { readonly attempts: number }> {
  const volume = volumeOf(place);
  const reach = async () =>
    ({ engine: 'mongodb', at: await resolveMongo(part.kube, server), place: await resolvePlace(part.kube, place), backup: act.run }) as const;
  const looked = { ...jobOf(place, lookSeconds), subject: JSON.stringify(place) };
  const { found, freeBytes, heldBytes = 0 } = (await runCopier({ ...(await reach()), verb: 'findBackup' }, act, part, looked)).result;
  if (found) return { ...found, seconds: 0, attempts: 1 };
  // What an earlier attempt has written is there already, or goes.
  requireRoom(bytes - heldBytes, freeBytes);
  const startedAt = new Date().toISOString();
  const archives: WrittenArchive[] = [];
  let tool = '';
  for (const [index, database] of databases.entries()) {
    const path = `${index}.archive`;
    const dumped = await dumpMongo({ server, volume, database, file: fileOf(act.run, path), ...tools }, act, part);
    archives.push({ database, path, bytes: dumped.bytes, sha256: dumped.sha256, documents: dumped.documents });
    tool = dumped.tool;
  }
  const request = { ...(await reach()), verb: 'keepArchives', startedAt, tool, archives } as const;
  const { result, attempts } = await runCopier(request, act, part, jobOf(place, tools.withinSeconds));
  return { ...result, attempts };
}

/** Such an archive into a database that the copier has taken for the run first, so that an undo drops it. */
export async function restoreMongoBackup(
  { server, place, backup, from, to, ...tools }: MongoRestoreOrder,
  act: Act,
  part: EnginePart,
): Promise<{ readonly documents: number; readonly collections: number }> {
  const at = await resolveMongo(part.kube, server);
  const reached = await resolvePlace(part.kube, place);
  const take = { engine: 'mongodb', verb: 'takeArchive', at, place: reached, backup, from, to, run: act.run, epoch: act.epoch } as const;
  const { path, collections, ...archive } = (await runCopier(take, act, part, jobOf(place, lookSeconds))).result;
  const dump = { ...archive, file: fileOf(backup, path) };
  const { documents } = await restoreMongo({ server, volume: volumeOf(place), dump, to, ...tools }, act, part);
  return { documents, collections };
}
