import { failure } from '../errors.js';
import type { Ledger } from './ledger.js';

/** Keeps a copier that was given up from writing into the rollback: asked before every write. */
export class EpochFence {
  readonly #ledger: Ledger;
  readonly #epoch: number;

  constructor(ledger: Ledger, epoch: number) {
    this.#ledger = ledger;
    this.#epoch = epoch;
  }

  /** Takes the run for this epoch; whoever wrote in an older one stops at its next write. */
  async claim(): Promise<void> {
    this.#refuseUnlessMine(await this.#ledger.raiseEpoch(this.#epoch));
  }

  async check(): Promise<void> {
    this.#refuseUnlessMine((await this.#ledger.epoch()).epoch);
  }

  #refuseUnlessMine(epoch: number): void {
    if (epoch === this.#epoch) return;
    throw failure(
      'Superseded',
      epoch === 0
        ? 'The run was finalized; this copier writes nothing more.'
        : `The run is in epoch ${epoch} by now; this copier of epoch ${this.#epoch} writes nothing more.`,
    );
  }
}
