import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DataOrder, ReleasedData } from '../../model/private-server.js';
import { notesFolder, readIfAny, syncFolder } from './data-directory.js';
import { type Notes, notesName, touchedFiles, writeSynced } from './hold-data.js';

/**
 * Puts every file that holding it touched back, byte by byte; the notes go last. Only once no server of ours runs on it. Safe to repeat, and safe if it was
 * never held: a directory without notes of this run is left alone.
 */
export async function releaseData({ data, run, major }: Omit<DataOrder, 'act' | 'mode'>): Promise<ReleasedData> {
  const folder = join(data, notesFolder(run));
  const told = await readIfAny(join(folder, notesName));
  if (told) await putBack(data, folder, major, JSON.parse(told.toString()) as Notes);
  await rm(folder, { recursive: true, force: true });
  if (told) await syncFolder(data);
  return { released: told !== undefined };
}

async function putBack(data: string, folder: string, major: number, { kept }: Notes): Promise<void> {
  for (const name of touchedFiles(major)) {
    const content = kept.includes(name) ? await readIfAny(join(folder, name)) : undefined;
    if (content) await writeSynced(join(data, name), content);
    else await rm(join(data, name), { force: true });
  }
  await rm(join(data, 'postmaster.pid'), { force: true });
  await syncFolder(data);
}
