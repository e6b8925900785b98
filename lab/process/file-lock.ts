import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { say } from '../progress.js';
import { isAlive, type ProcessRecord, recordProcess } from './process-record.js';
import { waitUntil } from './wait-until.js';

/**
 * Holds a lock while `work` runs, so that two commands don't do the same at once. The lock is a file with the holder's pid and
 * start time; one whose holder is dead is taken over. Not for machines that share a file system.
 */
export async function withFileLock<T>(path: string, what: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  let announced = false;
  const wait = { what: `the other process that holds ${path} is done`, timeoutSeconds: 1800, everyMilliseconds: 200 };
  await waitUntil(wait, () => {
    if (take(path)) return true;
    const other = holder(path);
    if (!announced && other !== undefined && other.pid !== process.pid) {
      say(`waiting: another process (${other.pid}) is busy with ${what}`);
      announced = true;
    }
    return false;
  });
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  removeStale(path);
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(recordProcess(process.pid)));
  try {
    linkSync(mine, path); // atomic: fails when the lock exists, and it never exists without its content
    return true;
  } catch {
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Moves a dead holder's lock aside, and puts it back if it turns out that another process took the lock over just before. */
function removeStale(path: string): void {
  const record = holder(path);
  if (record === undefined || isAlive(record)) return;
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
    const moved = holder(aside);
    if (moved !== undefined && isAlive(moved) && !existsSync(path)) linkSync(aside, path);
  } catch {
    // another process moved it first
  } finally {
    rmSync(aside, { force: true });
  }
}

function holder(path: string): ProcessRecord | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
