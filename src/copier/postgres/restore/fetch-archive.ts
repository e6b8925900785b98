import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../../errors.js';
import type { PostgresRequestOf } from '../../../model/copier-postgres.js';
import { partNames } from '../../backup/part-names.js';
import { checkPart, fetchPart } from '../../backup/parts.js';
import type { PostgresContext } from '../context.js';
import { type BackedUp, identityFor } from './backed-up.js';

type Request = PostgresRequestOf<'restore'>;

/** What pg_restore or psql reads, proved against the manifest first: where it lies, or fetched and opened for the time of `use`. */
export async function withArchive<T>(found: BackedUp, request: Request, { podUid }: PostgresContext, use: (path: string) => Promise<T>): Promise<T> {
  const { folder, database, parts, manifest } = found;
  const name = manifest.format === 'plain' ? partNames.sql : partNames.archive;
  const wanted = parts.filter(({ path }) => path === `${database.folder}/${name}` || path.startsWith(`${database.folder}/${name}/`));
  if (wanted.length === 0) throw failure('ArtifactDamaged', `Backup ${manifest.backup} has no dump of ${database.name}.`);
  const lies = folder.store.local(`${folder.backup}/${database.folder}/${name}`);
  if (lies !== undefined && !manifest.encrypted) {
    for (const part of wanted) await checkPart(folder, part);
    return use(lies);
  }
  if (request.staging === undefined) throw failure('Invalid', 'A backup that is encrypted or far away needs a folder in which it is opened.');
  const staging = join(request.staging, podUid);
  try {
    await mkdir(staging, { recursive: true, mode: 0o700 });
    for (const part of wanted) await fetchPart(folder, part, identityFor(found, request), join(staging, part.path));
    return await use(join(staging, database.folder, name));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
