import { summaryOf } from '../../model/backup.js';
import type { BackupResults, FindBackupRequest } from '../../model/backup-requests.js';
import { findManifest, listBackups } from './manifest.js';
import type { StoreContext } from './store-context.js';

const mostShown = 100;

/** What is kept in a place, and whether one backup is. Reads only. */
export async function findBackup({ place, backup }: FindBackupRequest, { openStore }: StoreContext): Promise<BackupResults['findBackup']> {
  const store = openStore(place);
  const [found, backups, freeBytes] = [await findManifest(store, backup), await listBackups(store), await store.freeBytes()];
  const heldBytes = (await store.list(backup)).reduce((sum, { bytes }) => sum + bytes, 0);
  return { ...(found && { found: summaryOf(found) }), backups: backups.slice(0, mostShown), heldBytes, ...(freeBytes !== undefined && { freeBytes }) };
}
