import type { CopierProgress } from '../../model/copier.js';

/** Progress of what is told in bytes only. */
export function transferProgress(
  report: (progress: CopierProgress) => void,
  phase: CopierProgress['phase'],
  expectedBytes: number,
): { readonly add: (bytes: number) => void; readonly set: (bytes: number) => void } {
  const startedMs = Date.now();
  let done = 0;
  const tell = (bytes: number) => {
    done = bytes;
    const bytesPerSecond = Math.round((bytes * 1000) / Math.max(1, Date.now() - startedMs));
    const totalBytes = Math.max(expectedBytes, bytes);
    const secondsLeft = bytesPerSecond > 0 ? { secondsLeft: Math.ceil((totalBytes - bytes) / bytesPerSecond) } : {};
    report({ phase, unitsDone: 0, unitsTotal: 0, records: 0, bytes, totalBytes, bytesPerSecond, ...secondsLeft });
  };
  return { add: (bytes) => tell(done + bytes), set: tell };
}
