import { failure } from '../../errors.js';
import { again } from '../again.js';
import type { Routes } from '../wire.js';

/** Without a renewal for this long the driver counts as lost, in milliseconds. */
const leaseMs = 6000;
const lookMs = 250;
const retryMs = 1000;

export type GuardState = 'waiting' | 'armed' | 'reverting' | 'reverted' | 'disarmed';

export interface ArmRequest {
  /** The driver's pod, by uid: no other may arm or renew. */
  readonly driver: string;
  readonly captured: unknown;
}

export interface RenewRequest {
  readonly driver: string;
  /** Lines of the ledger since the last renewal. */
  readonly lines: string;
}

export interface GuardParts {
  readonly revert: (captured: unknown) => Promise<void>;
  readonly revertAfterSeconds: number;
  /** Called once, after the guard had to act: the report is its own then. */
  readonly tookOver: (why: string, ledger: string) => Promise<void>;
  readonly log: (line: object) => void;
  /** Milliseconds on its own clock. */
  readonly now: () => number;
}

/**
 * Takes the fault back when the driver does not: it has gone quiet, or the fault has lasted as long as it may. It holds what it needs for that before the fault begins,
 * counts on its own clock, and never injects anything. It is armed once: a driver that comes again is told so.
 */
export class Guard {
  readonly #parts: GuardParts;
  #state: GuardState = 'waiting';
  #driver = '';
  #captured: unknown;
  #armedAt = 0;
  #renewedAt = 0;
  #ledger: string[] = [];

  constructor(parts: GuardParts) {
    this.#parts = parts;
  }

  readonly routes: Routes = {
    ping: async () => this.#state,
    arm: async (body) => this.#arm(body as ArmRequest),
    renew: async (body) => this.#renew(body as RenewRequest),
    disarm: async (body) => this.#disarm(body as { readonly driver: string }),
  };

  /** Looks again and again; the caller keeps it running. */
  watch(): NodeJS.Timeout {
    return setInterval(() => this.look(), lookMs);
  }

  look(): void {
    const why = this.#whyActing();
    if (why !== undefined) void this.#takeOver(why);
  }

  #whyActing(): string | undefined {
    const { now, revertAfterSeconds } = this.#parts;
    if (this.#state !== 'armed') return undefined;
    if (now() - this.#renewedAt > leaseMs) return `the driver was not heard of for ${leaseMs / 1000} s`;
    return now() - this.#armedAt > revertAfterSeconds * 1000 ? `the fault lasted ${revertAfterSeconds} s` : undefined;
  }

  #arm({ driver, captured }: ArmRequest): GuardState {
    if (this.#state !== 'waiting') throw failure('WrongMoment', `this guard is ${this.#state}: a course is driven once`);
    this.#driver = driver;
    this.#captured = captured;
    this.#armedAt = this.#renewedAt = this.#parts.now();
    return this.#become('armed');
  }

  #renew({ driver, lines }: RenewRequest): GuardState {
    if (this.#driver !== '' && driver !== this.#driver) throw failure('Superseded', 'another driver has this course');
    this.#ledger.push(lines);
    this.#renewedAt = this.#parts.now();
    return this.#state;
  }

  #disarm({ driver }: { readonly driver: string }): GuardState {
    if (driver !== this.#driver) throw failure('Superseded', 'another driver has this course');
    return this.#state === 'armed' ? this.#become('disarmed') : this.#state;
  }

  async #takeOver(why: string): Promise<void> {
    this.#become('reverting');
    const { revert, log } = this.#parts;
    await again(() => revert(this.#captured), { everyMs: retryMs, failed: (why) => log({ guard: 'reverting', failed: why }) });
    this.#become('reverted');
    await this.#parts.tookOver(why, this.#ledger.join(''));
  }

  #become(state: GuardState): GuardState {
    this.#state = state;
    this.#parts.log({ guard: state });
    return state;
  }
}
