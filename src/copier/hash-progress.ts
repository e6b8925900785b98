import type { CopierProgress } from '../model/copier.js';

/** Progress of a reading pass, over databases whose size their server tells. */
export function hashProgress(report: (progress: CopierProgress) => void, totalBytes: number): (records: number, bytes: number) => void {
  const startedMs = Date.now();
  let [records, bytes] = [0, 0];
  return (moreRecords, moreBytes) => {
    records += moreRecords;
    bytes += moreBytes;
    const bytesPerSecond = Math.round((bytes * 1000) / Math.max(1, Date.now() - startedMs));
    const total = Math.max(totalBytes, bytes);
    report({
      phase: 'hash',
      unitsDone: 0,
      unitsTotal: 0,
      records,
      bytes,
      totalBytes: total,
      bytesPerSecond,
      ...(bytesPerSecond > 0 && { secondsLeft: Math.ceil((total - bytes) / bytesPerSecond) }),
    });
  };
}
