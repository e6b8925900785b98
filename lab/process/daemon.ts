import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { LabError } from '../lab-error.js';
import { type ProcessRecord, recordProcess } from './process-record.js';

/** A process that outlives the command that starts it. */
export interface Daemon {
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** Starts a daemon in a session of its own, its output appended to the log file. The caller writes the record down at once. */
export function startDaemon(daemon: Daemon): ProcessRecord {
  mkdirSync(dirname(daemon.logFile), { recursive: true });
  const log = openSync(daemon.logFile, 'a');
  try {
    const child = spawn(daemon.command, daemon.args, { cwd: daemon.cwd, env: daemon.env, detached: true, stdio: ['ignore', log, log] });
    child.on('error', () => {}); // told below by the missing pid
    child.unref();
    const record = child.pid === undefined ? undefined : recordProcess(child.pid);
    if (record === undefined) throw new LabError(`${daemon.command} did not start`, `see ${daemon.logFile}`);
    return record;
  } finally {
    closeSync(log);
  }
}
