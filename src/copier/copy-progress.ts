import type { CopierProgress } from '../model/copier.js';

/** Tells how many of the definitions that come after the rows are there. */
export const definitionProgress =
  (report: (progress: CopierProgress) => void, { records, bytes }: { readonly records: number; readonly bytes: number }) =>
  (unitsDone: number, unitsTotal: number): void =>
    report({ phase: 'indexes', unitsDone, unitsTotal, records, bytes, totalBytes: bytes, bytesPerSecond: 0 });

/** Of a unit, what tells how far a copy is. */
export interface CountedUnit {
  readonly estimatedBytes: number;
  readonly done?: { readonly records: number; readonly bytes: number };
}

/** How far a copy is: what earlier attempts finished counts as there, but not towards the speed. */
export class CopyProgress {
  readonly #report: (progress: CopierProgress) => void;
  readonly #unitsTotal: number;
  readonly #totalBytes: number;
  readonly #startedMs = Date.now();
  #unitsDone = 0;
  #records = 0;
  #bytes = 0;
  #bytesNow = 0;

  constructor(report: (progress: CopierProgress) => void, units: readonly CountedUnit[]) {
    this.#report = report;
    this.#unitsTotal = units.length;
    this.#totalBytes = units.reduce((sum, { done, estimatedBytes }) => sum + (done?.bytes ?? estimatedBytes), 0);
    for (const { done } of units) {
      if (!done) continue;
      this.#unitsDone += 1;
      this.#records += done.records;
      this.#bytes += done.bytes;
    }
  }

  batch(records: number, bytes: number, unit: string): void {
    this.#records += records;
    this.#bytes += bytes;
    this.#bytesNow += bytes;
    this.#tell(unit);
  }

  /** `records`: of a unit whose batches did not tell them. */
  unitDone(unit: string, records = 0): void {
    this.#unitsDone += 1;
    this.#records += records;
    this.#tell(unit);
  }

  #tell(unit: string): void {
    const bytesPerSecond = Math.round((this.#bytesNow * 1000) / Math.max(1, Date.now() - this.#startedMs));
    const totalBytes = Math.max(this.#totalBytes, this.#bytes);
    this.#report({
      phase: 'copy',
      unit,
      unitsDone: this.#unitsDone,
      unitsTotal: this.#unitsTotal,
      records: this.#records,
      bytes: this.#bytes,
      totalBytes,
      bytesPerSecond,
      ...(bytesPerSecond > 0 && { secondsLeft: Math.ceil((totalBytes - this.#bytes) / bytesPerSecond) }),
    });
  }
}
