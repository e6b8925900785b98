import { createHash } from 'node:crypto';
import { open, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isNativeError } from 'node:util/types';
import { failure } from '../../errors.js';

/** In the directory itself: it may be the whole volume. Servers, backups and pg_upgrade pass over folders that they don't know. */
export const notesFolder = (run: string): string => `rehelm-${createHash('sha256').update(run).digest('hex').slice(0, 12)}`;
const isNotes = (name: string): boolean => /^rehelm-[0-9a-f]{12}$/.test(name);

const noEntry = (error: unknown): undefined => {
  if (isNativeError(error) && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
  throw error;
};

/** Undefined where there is no such file. */
export const readIfAny = (path: string): Promise<Buffer | undefined> => readFile(path).catch(noEntry);

export const isThere = async (path: string): Promise<boolean> => (await stat(path).catch(noEntry)) !== undefined;

const unfit = (message: string): Error => failure('VolumeUnfit', message);

/** What pg_control says: `ControlFileData.state` has had this place and these values since PostgreSQL 9. */
export async function readState(data: string): Promise<'shutDown' | 'shutDownInRecovery' | 'crashed'> {
  const control = await readIfAny(join(data, 'global/pg_control'));
  if (!control || control.length < 20) throw unfit(`${data} has no global/pg_control: no server can start on it.`);
  const state = control.readUInt32LE(16);
  return state === 1 ? 'shutDown' : state === 2 ? 'shutDownInRecovery' : 'crashed';
}

/** Is it a whole data directory of this version, which the user of this process owns and nobody else holds? VolumeUnfit says what is wrong. */
export async function requireFit(data: string, major: number, run: string): Promise<void> {
  const version = (await readIfAny(join(data, 'PG_VERSION')))?.toString().trim();
  if (version === undefined) throw unfit(`${data} is no data directory of PostgreSQL: it has no PG_VERSION. ${await whatIsThere(data)}`);
  if (version !== String(major)) throw unfit(`${data} is of PostgreSQL ${version}, and the plan expects ${major}.`);
  const [{ uid }, own] = [await stat(data), process.geteuid?.()];
  if (uid !== own) throw unfit(`${data} belongs to user ${uid}, and its server would run as ${own}.`);
  const other = (await readdir(data)).find((name) => isNotes(name) && name !== notesFolder(run));
  if (other !== undefined) throw unfit(`${data} is held by another run: it has a folder ${other}.`);
  if (await isThere(join(data, 'backup_label'))) throw unfit(`${data} is a backup that was never started (backup_label): it is no server's last state.`);
  await requireWhole(data);
}

async function whatIsThere(data: string): Promise<string> {
  const above = resolve(data, '..');
  const names = await readdir(data).catch(() => readdir(above).catch(() => []));
  return `There is ${names.slice(0, 10).join(', ') || 'nothing'}.`;
}

/** Tablespaces and a log directory that lie elsewhere are on volumes that this one does not bring along. */
async function requireWhole(data: string): Promise<void> {
  const spaces = await readdir(join(data, 'pg_tblspc')).catch(() => []);
  for (const link of ['pg_wal', ...spaces.map((name) => `pg_tblspc/${name}`)]) {
    const path = join(data, link);
    if (!(await isThere(path))) throw unfit(`${link} of ${data} leads to ${await readlink(path).catch(() => 'nothing')}, which is not on this volume.`);
  }
}

/** Relations with an init fork: a start in recovery empties them. */
export async function findUnlogged(data: string): Promise<readonly string[]> {
  const spaces = await readdir(join(data, 'pg_tblspc')).catch(() => []);
  const found = await Promise.all(['base', ...spaces.map((name) => `pg_tblspc/${name}`)].map((folder) => initForks(data, folder)));
  return found.flat();
}

async function initForks(data: string, folder: string): Promise<readonly string[]> {
  const names = await readdir(join(data, folder), { recursive: true });
  return names.filter((name) => name.endsWith('_init')).map((name) => `${folder}/${name}`);
}

/** A new name in a folder lasts once the folder itself is on disk. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  await folder.sync().finally(() => folder.close());
}
