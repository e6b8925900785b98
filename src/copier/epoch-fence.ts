import { failure } from '../errors.js';

/** Where a run's epoch is kept: on the server it writes to. */
export interface Epochs {
  /** Raises it where it is lower, and answers what it is. */
  raiseEpoch(epoch: number): Promise<number>;
  /** 0 when the run is unknown or was cleaned. */
  epoch(): Promise<{ readonly epoch: number }>;
}

/** Keeps a copier that was given up from writing into the rollback: asked before every write. */
export class EpochFence {
  readonly #epochs: Epochs;
  readonly #epoch: number;

  constructor(epochs: Epochs, epoch: number) {
    this.#epochs = epochs;
    this.#epoch = epoch;
  }

  /** Takes the run for this epoch; whoever wrote in an older one stops at its next write. */
  async claim(): Promise<void> {
    this.#refuseUnlessMine(await this.#epochs.raiseEpoch(this.#epoch));
  }

  async check(): Promise<void> {
    this.#refuseUnlessMine((await this.#epochs.epoch()).epoch);
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
