import type { ArtifactStore } from '../../../adapters/artifacts/artifact-store.js';
import { failure } from '../../../errors.js';
import type { ArchivedDatabase, BackupPart } from '../../../model/backup.js';
import { readManifest } from '../../backup/manifest.js';

/** A database of a backup. NotFound where it holds none of that name, PreflightFailed where it is of another engine. */
export async function findArchived(
  store: ArtifactStore,
  backup: string,
  from: string,
): Promise<{ readonly database: ArchivedDatabase; readonly part: BackupPart }> {
  const manifest = await readManifest(store, backup);
  if (manifest.engine !== 'mongodb') throw failure('PreflightFailed', `Backup ${backup} is of PostgreSQL: MongoDB does not take it.`);
  const database = manifest.databases.find(({ name }) => name === from);
  const part = manifest.parts.find(({ path }) => path === database?.folder);
  if (database && part) return { database, part };
  throw failure('NotFound', `Backup ${backup} holds no database ${from}; it holds ${manifest.databases.map(({ name }) => name).join(', ')}.`);
}
