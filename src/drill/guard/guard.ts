import { failure } from '../../errors.js';
import { again } from '../again.js';
import type { Routes } from '../wire.js';

/** Without a renewal for this long the driver counts as lost, in milliseconds. */
const leaseMs = 6000;
const lookMs = 250;
const retryMs = 1000;

/**
 * waiting: no driver was heard of yet · watching: it was, and there is no fault yet · armed: the fault may be there · disarmed: the driver took it back ·
 * ended: the driver's report is kept · reverting, reverted: the driver was lost, and what was to be taken back is being, or is. The report is the guard's then.
 */
export type GuardState = 'waiting' | 'watching' | 'armed' | 'disarmed' | 'ended' | 'reverting' | 'reverted';

const driverNeeded: readonly GuardState[] = ['watching', 'armed', 'disarmed'];

export interface ArmRequest {
  /** The driver's pod, by uid: no other may arm or renew. */
  readonly driver: string;
  readonly captured: unknown;
}

export interface RenewRequest {
  readonly driver: string;
  /** Lines of the ledger, and after how many characters of it they come: what was not answered is sent once more. */
  readonly lines: string;
  readonly from: number;
}

interface OfDriver {
  readonly driver: string;
}

export interface GuardParts {
  readonly revert: (captured: unknown) => Promise<void>;
  readonly revertAfterSeconds: number;
  /** Called once, when the driver is lost and nothing is left to take back: the report is the guard's own then. */
  readonly tookOver: (why: string, ledger: string) => Promise<void>;
  readonly log: (line: object) => void;
  /** Milliseconds on its own clock. */
  readonly now: () => number;
}

/**
 * Takes the fault back when the driver does not: it has gone quiet, or the fault has lasted as long as it may. It holds what it needs for that before the fault begins,
 * counts on its own clock, and never injects anything. It is armed once: a driver that comes again is told so. A driver that is lost before or after its fault leaves the
 * guard the report alone.
 */
export class Guard {
  readonly #parts: GuardParts;
  #state: GuardState = 'waiting';
  #driver = '';
  #captured: unknown;
  #armedAt = 0;
  #renewedAt = 0;
  #ledger: string[] = [];
  #length = 0;

  constructor(parts: GuardParts) {
    this.#parts = parts;
  }

  readonly routes: Routes = {
    ping: async () => this.#state,
    arm: async (body) => this.#arm(body as ArmRequest),
    renew: async (body) => this.#renew(body as RenewRequest),
    disarm: async (body) => this.#disarm(body as OfDriver),
    end: async (body) => this.#end(body as OfDriver),
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
    if (!driverNeeded.includes(this.#state)) return undefined;
    if (now() - this.#renewedAt > leaseMs) return `the driver was not heard of for ${leaseMs / 1000} s`;
    if (this.#state !== 'armed') return undefined;
    return now() - this.#armedAt > revertAfterSeconds * 1000 ? `the fault lasted ${revertAfterSeconds} s` : undefined;
  }

  #arm({ driver, captured }: ArmRequest): GuardState {
    if (this.#state !== 'waiting' && this.#state !== 'watching') throw failure('WrongMoment', `this guard is ${this.#state}: a course is driven once`);
    this.#driver = driver;
    this.#captured = captured;
    this.#armedAt = this.#renewedAt = this.#parts.now();
    return this.#become('armed');
  }

  #renew({ driver, lines, from }: RenewRequest): GuardState {
    if (this.#state === 'waiting') this.#driver = driver;
    this.#mustBeOf(driver);
    const fresh = lines.slice(this.#length - from);
    this.#ledger.push(fresh);
    this.#length += fresh.length;
    this.#renewedAt = this.#parts.now();
    return this.#state === 'waiting' ? this.#become('watching') : this.#state;
  }

  #disarm({ driver }: OfDriver): GuardState {
    this.#mustBeOf(driver);
    return this.#state === 'armed' ? this.#become('disarmed') : this.#state;
  }

  /** Refused while a fault may be there. */
  #end({ driver }: OfDriver): GuardState {
    this.#mustBeOf(driver);
    return this.#state === 'watching' || this.#state === 'disarmed' ? this.#become('ended') : this.#state;
  }

  #mustBeOf(driver: string): void {
    if (driver !== this.#driver) throw failure('Superseded', 'another driver has this course');
  }

  async #takeOver(why: string): Promise<void> {
    const { revert, log } = this.#parts;
    const mayBeFaulty = this.#state === 'armed';
    this.#become('reverting');
    if (mayBeFaulty) await again(() => revert(this.#captured), { everyMs: retryMs, failed: (why) => log({ guard: 'reverting', failed: why }) });
    this.#become('reverted');
    await this.#parts.tookOver(why, this.#ledger.join(''));
  }

  #become(state: GuardState): GuardState {
    this.#state = state;
    this.#parts.log({ guard: state });
    return state;
  }
}
