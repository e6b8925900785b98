import { setTimeout as sleep } from 'node:timers/promises';

/** Holds all hands together to so many bytes a second. */
export class RateLimit {
  readonly #bytesPerSecond: number;
  readonly #now: () => number;
  #freeAtMs = 0;

  /** Infinity: no limit. */
  constructor(bytesPerSecond: number, now: () => number = performance.now.bind(performance)) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#now = now;
  }

  /** Undefined where nothing need be waited for. What was not used in the past is not saved up. */
  take(bytes: number): Promise<void> | undefined {
    const nowMs = this.#now();
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs) + (bytes / this.#bytesPerSecond) * 1000;
    const waitMs = this.#freeAtMs - nowMs;
    return waitMs < 1 ? undefined : sleep(waitMs);
  }
}
