import { readFileSync } from 'node:fs';

/** A process that we started. The start time tells it from a later process that was given the same pid. */
export interface ProcessRecord {
  readonly pid: number;
  /** Clock ticks after boot, field 22 of /proc/PID/stat. */
  readonly startTicks: number;
}

/** The ticks in one line of /proc/PID/stat, or undefined for a zombie. The command in brackets may hold blanks and brackets itself. */
export function parseStartTicks(stat: string): number | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : Number(fields[19]);
}

/** The start time of a living process; undefined when it is gone or a zombie. */
export function readStartTicks(pid: number): number | undefined {
  try {
    return parseStartTicks(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The record of a process that lives now, or undefined. */
export function recordProcess(pid: number): ProcessRecord | undefined {
  const startTicks = readStartTicks(pid);
  return startTicks === undefined ? undefined : { pid, startTicks };
}

/** Whether the very process of the record still lives. */
export function isAlive(record: ProcessRecord): boolean {
  return readStartTicks(record.pid) === record.startTicks;
}
