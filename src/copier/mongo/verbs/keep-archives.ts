import { failure, isFailure } from '../../../errors.js';
import { type ArchivedDatabase, type BackupManifest, summaryOf } from '../../../model/backup.js';
import type { MongoRequestOf, MongoResults } from '../../../model/copier-mongo.js';
import { saidOf, type WrittenArchive } from '../../../model/copier-mongo-backup.js';
import { findManifest, publishManifest, readManifest } from '../../backup/manifest.js';
import { type BackupFolder, readProven } from '../../backup/parts.js';
import { transferProgress } from '../../backup/transfer-progress.js';
import { readArchive } from '../archive/read-archive.js';
import type { MongoContext } from '../context.js';
import { describeServer } from '../server.js';
import { withMongo } from '../with-mongo.js';

type Request = MongoRequestOf<'keepArchives'>;

async function describe(folder: BackupFolder, { database, path, bytes, sha256, documents }: WrittenArchive): Promise<ArchivedDatabase> {
  const found = await readArchive(readProven(folder, { path, bytes, sha256 }));
  const held = found.collections.reduce((sum, collection) => sum + collection.documents, 0);
  if (held !== documents) throw failure('DumpIncomplete', `mongodump says that it dumped ${documents} documents of ${database}; its archive holds ${held}.`);
  return { name: database, folder: path, bytes, ...found };
}

/** An archive that is none is not said again: the next attempt dumps anew. */
async function describeOrForget(folder: BackupFolder, archive: WrittenArchive): Promise<ArchivedDatabase> {
  try {
    return await describe(folder, archive);
  } catch (error) {
    if (isFailure(error, 'DumpIncomplete')) await folder.store.remove(saidOf(`${folder.backup}/${archive.path}`));
    throw error;
  }
}

async function manifestOf(request: Request, { connect, openStore, signal, progress }: MongoContext): Promise<BackupManifest> {
  const { at, place, backup, startedAt, tool, archives } = request;
  const { version } = await withMongo(connect, at, 1, describeServer);
  const total = archives.reduce((sum, { bytes }) => sum + bytes, 0);
  const folder = { store: openStore(place), backup, signal, onBytes: transferProgress(progress, 'hash', total).add };
  const databases: ArchivedDatabase[] = [];
  for (const archive of archives) databases.push(await describeOrForget(folder, archive));
  return {
    ...{ backup, engine: 'mongodb', format: 'archive', encrypted: false, startedAt, endedAt: new Date().toISOString() },
    server: { version },
    tool: { name: 'mongodump', version: tool.replace(/^\D*/, '') },
    databases,
    parts: archives.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
  };
}

/**
 * Reads what mongodump has written to its end, and makes a backup of it: by its manifest, written last. DumpIncomplete where an archive is empty, short, ends
 * before its end or holds other documents than were dumped. Safe to repeat: a backup of that name stays as it is.
 */
export async function keepArchives(request: Request, context: MongoContext): Promise<MongoResults['keepArchives']> {
  const startedMs = Date.now();
  const store = context.openStore(request.place);
  if (!(await findManifest(store, request.backup))) await publishManifest(store, await manifestOf(request, context));
  return { ...summaryOf(await readManifest(store, request.backup)), seconds: (Date.now() - startedMs) / 1000 };
}
