import type { CopierProgress } from '../model/copier.js';
import type { KnownUnit } from './unit.js';

/** How far a copy is: what earlier attempts finished counts as there, but not towards the speed. */
export class CopyProgress {
  readonly #report: (progress: CopierProgress) => void;
  readonly #unitsTotal: number;
  readonly #totalBytes: number;
  readonly #startedMs = Date.now();
  #unitsDone = 0;
  #documents = 0;
  #bytes = 0;
  #bytesNow = 0;

  constructor(report: (progress: CopierProgress) => void, units: readonly KnownUnit[]) {
    this.#report = report;
    this.#unitsTotal = units.length;
    this.#totalBytes = units.reduce((sum, { done, estimatedBytes }) => sum + (done?.bytes ?? estimatedBytes), 0);
    for (const { done } of units) {
      if (!done) continue;
      this.#unitsDone += 1;
      this.#documents += done.documents;
      this.#bytes += done.bytes;
    }
  }

  batch(documents: number, bytes: number, unit: string): void {
    this.#documents += documents;
    this.#bytes += bytes;
    this.#bytesNow += bytes;
    this.#tell(unit);
  }

  unitDone(unit: string): void {
    this.#unitsDone += 1;
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
      documents: this.#documents,
      bytes: this.#bytes,
      totalBytes,
      bytesPerSecond,
      ...(bytesPerSecond > 0 && { secondsLeft: Math.ceil((totalBytes - this.#bytes) / bytesPerSecond) }),
    });
  }
}
