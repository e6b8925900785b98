import { copyFile, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failure } from '../../errors.js';
import type { DataOrder, HeldData } from '../../model/private-server.js';
import { findUnlogged, isThere, notesFolder, readState, requireFit, syncFolder } from './data-directory.js';

/** PostgreSQL 11 has no standby.signal. */
const firstWithSignals = 12;
export const signalName = (major: number): string => (major < firstWithSignals ? 'recovery.conf' : 'standby.signal');

/** What is in the notes folder once it counts. */
export const notesName = 'held.json';

/** What was there before, each as it was; the rest of a directory is a server's own business. */
export interface Notes {
  /** Kept beside the notes. */
  readonly kept: readonly string[];
  readonly wasShutDown: boolean;
}

/** Files that serving it privately writes. A postmaster.pid is none of them: no server runs here, so it is stale, and stays gone. */
export const touchedFiles = (major: number): readonly string[] => ['postmaster.opts', signalName(major)];

/**
 * Makes a stopped server's directory ready to be served: in recovery, where that is wished, without a word of its settings changed. Writes down first what
 * it touches. Safe to repeat.
 */
export async function holdData({ data, run, major, mode }: DataOrder): Promise<HeldData> {
  await requireFit(data, major, run);
  const notes = await takeNotes(data, major, run, mode);
  // Of a container whose process numbers mean nothing here: the server could take another process for its owner.
  await rm(join(data, 'postmaster.pid'), { force: true });
  if (mode === 'standby') await writeSignal(data, major);
  await syncFolder(data);
  return { wasShutDown: notes.wasShutDown };
}

async function takeNotes(data: string, major: number, run: string, mode: DataOrder['mode']): Promise<Notes> {
  const folder = join(data, notesFolder(run));
  // Once a server of ours has been killed, the directory no longer says how it was found.
  if (await isThere(join(folder, notesName))) return JSON.parse(await readFile(join(folder, notesName), 'utf8')) as Notes;
  const state = await readState(data);
  const notes = { kept: [] as string[], wasShutDown: state !== 'crashed' };
  if (mode === 'standby' && state === 'shutDown') await refuseUnlogged(data);
  await mkdir(folder, { recursive: true });
  for (const name of touchedFiles(major)) {
    if (!(await isThere(join(data, name)))) continue;
    await copyFile(join(data, name), join(folder, name));
    notes.kept.push(name);
  }
  await writeSynced(join(folder, notesName), JSON.stringify(notes));
  await syncFolder(data);
  return notes;
}

async function refuseUnlogged(data: string): Promise<void> {
  const [first, ...others] = await findUnlogged(data);
  if (first === undefined) return;
  throw failure(
    'VolumeUnfit',
    `${data} holds ${others.length + 1} unlogged tables, indexes or sequences (${first}): a start in recovery would empty them. Serve it closed instead.`,
  );
}

/** On 11 the file decides everything; later the settings come with the server's command line, and a file that is there already may stay. */
async function writeSignal(data: string, major: number): Promise<void> {
  const path = join(data, signalName(major));
  if (major < firstWithSignals) await writeSynced(path, "standby_mode = 'on'\n");
  else if (!(await isThere(path))) await writeSynced(path, '');
}

/** Whole or not at all. */
export async function writeSynced(path: string, text: string | Uint8Array): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  await file.writeFile(text);
  await file.sync();
  await file.close();
  await rename(`${path}.new`, path);
}
