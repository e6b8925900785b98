import type { Told } from '../ledger-file.js';
import type { Sample, Target } from '../targets/target.js';

const everyMs = 200;
const breathMs = 2000;

/** Looks at every member five times a second and writes down what it saw, until it is closed. */
export class Watch {
  readonly #target: Target;
  readonly #tell: (told: Told) => void;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #redundantAt = Number.NEGATIVE_INFINITY;
  latest: Sample = { members: [], redundant: false };

  constructor(target: Target, tell: (told: Told) => void) {
    this.#target = target;
    this.#tell = tell;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = undefined;
      });
    }, everyMs);
  }

  /** One member that is silent once has not left. */
  get wasRedundant(): boolean {
    return performance.now() - this.#redundantAt < breathMs;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const sample = await this.#target.look();
    this.latest = sample;
    if (sample.redundant) this.#redundantAt = performance.now();
    this.#tell({ type: 'sample', members: sample.members, redundant: sample.redundant });
  }
}
