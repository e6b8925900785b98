import { failure } from '../../../errors.js';
import type { SubscriptionState } from './subscription.js';

/** The server tries again by itself every few seconds; so often in a row without getting on, it will not get further. */
const mostErrors = 10;
/** A worker that lives for so many pauses between two attempts is at work, though nothing shows: on one large table or transaction. */
const steadyRetries = 4;
/** Without one for so many, nobody works. */
const mostRetries = 24;
const leastMs = 10_000;

/** Tells a subscription that gets no further from one that takes its time. */
export class Patience {
  #sign = '';
  #errors = 0;
  #workers = '';
  /** Before version 15 nobody counts errors, but a worker that fails is another one next time. */
  #changes = 0;
  #sinceMs = performance.now();
  #goodMs = this.#sinceMs;

  /** `sign` changes as it gets on. CopyFailed where it does not, and its workers fail again and again. */
  require({ errors, workers, retryMs }: SubscriptionState, sign: string): void {
    const nowMs = performance.now();
    if (sign !== this.#sign) [this.#sign, this.#errors, this.#changes, this.#goodMs] = [sign, errors, 0, nowMs];
    if (workers !== this.#workers) [this.#workers, this.#changes, this.#sinceMs] = [workers, this.#changes + 1, nowMs];
    if (workers !== '' && nowMs - this.#sinceMs > steadyRetries * retryMs) this.#goodMs = nowMs;
    const failed = Math.max(errors - this.#errors, Math.floor(this.#changes / 2));
    if (failed > mostErrors) throw failure('CopyFailed', `The target's workers failed ${failed} times and get no further; the log of its server says why.`);
    const idleMs = nowMs - this.#goodMs;
    if (idleMs > Math.max(leastMs, mostRetries * retryMs))
      throw failure('CopyFailed', `For ${Math.round(idleMs / 1000)} s no worker of the target has stayed at work; the log of its server says why.`);
  }
}
