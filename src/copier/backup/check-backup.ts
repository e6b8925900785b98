import { failure } from '../../errors.js';
import { summaryOf } from '../../model/backup.js';
import type { BackupResults, CheckBackupRequest } from '../../model/backup-requests.js';
import { readManifest } from './manifest.js';
import { partNames } from './part-names.js';
import { checkPart, readPart } from './parts.js';
import type { StoreContext } from './store-context.js';
import { transferProgress } from './transfer-progress.js';

/** Reads a backup to its last byte. ArtifactDamaged names the file that is not what was kept; WrongKey where an identity is given that does not open it. */
export async function checkBackup(request: CheckBackupRequest, context: StoreContext): Promise<BackupResults['checkBackup']> {
  const { place, backup, identity } = request;
  const startedMs = Date.now();
  const store = context.openStore(place);
  const manifest = await readManifest(store, backup);
  const summary = summaryOf(manifest);
  const { add } = transferProgress(context.progress, 'hash', summary.bytes);
  const folder = { store, backup, signal: context.signal, onBytes: add };
  if (manifest.encrypted && identity !== undefined)
    for (const part of manifest.parts.filter(({ path }) => path.endsWith(`/${partNames.about}`))) await readPart(folder, part, identity);
  for (const part of manifest.parts) await checkPart(folder, part);
  if (manifest.parts.length === 0 || manifest.databases.length === 0) throw failure('ArtifactDamaged', `Backup ${backup} in ${store.name} holds nothing.`);
  return { ...summary, seconds: (Date.now() - startedMs) / 1000 };
}
