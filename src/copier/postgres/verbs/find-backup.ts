import { summaryOf } from '../../../model/backup.js';
import type { PostgresRequestOf, PostgresResults } from '../../../model/copier-postgres.js';
import { findManifest, listBackups } from '../../backup/manifest.js';
import type { PostgresContext } from '../context.js';

const mostShown = 100;

/** What is kept in a place, and whether one backup is. Reads only. */
export async function findBackup({ place, backup }: PostgresRequestOf<'findBackup'>, { openStore }: PostgresContext): Promise<PostgresResults['findBackup']> {
  const store = openStore(place);
  const [found, backups, freeBytes] = [await findManifest(store, backup), await listBackups(store), await store.freeBytes()];
  return { ...(found && { found: summaryOf(found) }), backups: backups.slice(0, mostShown), ...(freeBytes !== undefined && { freeBytes }) };
}
