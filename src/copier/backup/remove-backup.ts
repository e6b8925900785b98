import type { BackupResults, RemoveBackupRequest } from '../../model/backup-requests.js';
import { stagingFolder } from './manifest.js';
import type { StoreContext } from './store-context.js';

/** The undo of dump: everything of that name, whole or not; the manifest first, so that nobody takes the rest for a backup. Safe to repeat. */
export async function removeBackup({ place, backup }: RemoveBackupRequest, { openStore }: StoreContext): Promise<BackupResults['removeBackup']> {
  const store = openStore(place);
  const found = await store.list(backup);
  await store.remove(`${backup}/manifest.json`);
  await store.remove(backup);
  if (place.kind === 'volume') await store.remove(`${stagingFolder}/${backup}`);
  return { removed: found.length };
}
