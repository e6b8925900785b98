import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, type ProcessRecord } from './process-record.js';

/** Ends a recorded process: TERM, then KILL after the grace time; waits until it is gone. Does nothing to a process that reuses the pid. */
export async function endProcess(record: ProcessRecord, graceSeconds = 5): Promise<void> {
  if (graceSeconds > 0) {
    signal(record, 'SIGTERM');
    if (await isGoneWithin(record, graceSeconds)) return;
  }
  signal(record, 'SIGKILL');
  await isGoneWithin(record, 10);
}

async function isGoneWithin(record: ProcessRecord, seconds: number): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  while (isAlive(record)) {
    if (performance.now() > deadline) return false;
    await delay(20);
  }
  return true;
}

function signal(record: ProcessRecord, name: NodeJS.Signals): void {
  if (!isAlive(record)) return;
  try {
    process.kill(record.pid, name);
  } catch (error) {
    // gone between the look and the signal
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
