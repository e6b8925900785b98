import { readFile } from 'node:fs/promises';

/** The most memory that a process ever had, as the kernel tells while it lives; 0 where it is gone. */
export async function peakMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
}

/** The same over the life of a process, in MiB. */
export async function watchPeak(pid: number, ended: Promise<unknown>): Promise<number> {
  let [peak, alive] = [0, true];
  ended.finally(() => {
    alive = false;
  });
  while (alive) {
    peak = Math.max(peak, await peakMiB(pid));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return peak;
}
