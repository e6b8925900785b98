import { asyncLocalStorage, type Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { redactValue } from './redact.js';

/** At the latest this often: a cancel travels on the answer to a heartbeat. */
const mostMilliseconds = 2000;

/**
 * Heartbeats every activity that has a heartbeat timeout, a third of it apart, so that a killed worker is noticed and a cancel arrives, however short
 * the activity. What the activity itself reported last is said again, what an earlier attempt reported included.
 */
export const heartbeat: ActivityInterceptorsFactory = (context) => ({
  inbound: {
    async execute(input, next) {
      const { heartbeatTimeoutMs } = context.info;
      if (!heartbeatTimeoutMs) return next(input);
      const beating = new Beating(context);
      const timer = setInterval(() => beating.repeat(), Math.min(mostMilliseconds, heartbeatTimeoutMs / 3));
      try {
        return await asyncLocalStorage.run(beating.context, () => next(input));
      } finally {
        clearInterval(timer);
      }
    },
  },
});

/** Remembers what an activity reports. The SDK offers no hook for that, so the activity gets a context whose `heartbeat` is this one's. */
class Beating {
  readonly context: Context;
  readonly #real: Context;
  #last: unknown;

  constructor(real: Context) {
    this.#real = real;
    this.#last = real.info.heartbeatDetails;
    this.context = Object.create(real, { heartbeat: { value: (details?: unknown) => this.#beat(details) } });
  }

  repeat(): void {
    this.#real.heartbeat(this.#last);
  }

  #beat(details: unknown): void {
    if (details !== undefined) this.#last = redactValue(details).value;
    this.repeat();
  }
}
