import { readdirSync, readFileSync } from 'node:fs';
import { type ProcessRecord, recordProcess } from './process-record.js';

/**
 * Living processes with exactly this `NAME=value` in the environment they were started with. A cluster marks its daemons with
 * an id of its own, so `down` finds one whose starter was killed before it could write the pid down.
 */
export function findMarkedProcesses(marker: string): readonly ProcessRecord[] {
  return readdirSync('/proc').flatMap((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid || !environmentOf(pid).includes(marker)) return [];
    return recordProcess(pid) ?? [];
  });
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return []; // gone
  }
}
