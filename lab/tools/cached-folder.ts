import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheRoot } from '../paths.js';
import { withFileLock } from '../process/file-lock.js';
import { timed } from '../progress.js';

/**
 * A folder in the cache, made once: filled under another name and renamed when complete, so that an interrupted run leaves
 * nothing half done. `path` is relative to the cache, `label` is for the progress line. Answers the absolute path.
 */
export async function cachedFolder(path: string, label: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheRoot(), path);
  if (existsSync(folder)) return folder;
  await withFileLock(join(cacheRoot(), '.locks', path.replaceAll('/', '_')), label, async () => {
    if (!existsSync(folder)) await timed(label, () => fillThenRename(folder, fill));
  });
  return folder;
}

async function fillThenRename(folder: string, fill: (folder: string) => Promise<void>): Promise<void> {
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true }); // left by a run that was killed; the lock is ours
  await mkdir(partial, { recursive: true });
  try {
    await fill(partial);
    await mkdir(dirname(folder), { recursive: true });
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}
