import { readFile } from 'node:fs/promises';

/** The most memory that a process ever had, as the kernel tells while it lives; 0 where it is gone. */
export async function peakMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
}
