import { failure } from '../../errors.js';
import type { GuardState } from '../guard/guard.js';
import type { LedgerFile } from '../ledger-file.js';
import { ask, type Peer } from '../wire.js';

const everyMs = 250;
/** The guard was not heard of for this long, in milliseconds: nobody would take the fault back if the driver died now. */
const lostMs = 4000;

/** The driver's side of the guard: renews it with every piece of the ledger, and knows whether it is still there. */
export class GuardLink {
  readonly #driver: string;
  readonly #ledger: LedgerFile;
  readonly #now: () => number;
  #peer: Peer | undefined;
  #heardAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #renewing: Promise<void> | undefined;
  #unsent = '';
  #sent = 0;
  state: GuardState = 'waiting';

  constructor(driver: string, ledger: LedgerFile, now: () => number) {
    this.#driver = driver;
    this.#ledger = ledger;
    this.#now = now;
  }

  async start(peer: Peer): Promise<void> {
    this.#peer = peer;
    await this.renew();
    this.#timer = setInterval(() => void this.renew().catch(() => undefined), everyMs);
  }

  /** Hands over what is new of the ledger. */
  async renew(): Promise<void> {
    this.#renewing ??= this.#send().finally(() => {
      this.#renewing = undefined;
    });
    await this.#renewing;
  }

  async arm(captured: unknown): Promise<void> {
    this.state = await ask<GuardState>(this.#called, 'arm', { driver: this.#driver, captured });
  }

  /** Safe where none was ever called. */
  async disarm(): Promise<void> {
    if (!this.#peer) return;
    this.state = await ask<GuardState>(this.#peer, 'disarm', { driver: this.#driver });
  }

  /** Why the course cannot go on under this guard. */
  get trouble(): string | undefined {
    if (this.state === 'reverting' || this.state === 'reverted') return 'the guard took over';
    const silentMs = this.#now() - this.#heardAt;
    return silentMs > lostMs ? `the guard was not heard of for ${Math.round(silentMs / 1000)} s` : undefined;
  }

  /** The guard has what was told so far, and leaves the report to this driver; why it does not is thrown. Safe where none was ever called. */
  async confirm(): Promise<void> {
    if (!this.#peer) return;
    await this.renew();
    if (this.trouble) throw new Error(this.trouble);
  }

  /** The report is kept: the guard has nothing to do any more. It need not hear it. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#peer) await ask(this.#peer, 'end', { driver: this.#driver }).catch(() => undefined);
  }

  get #called(): Peer {
    if (!this.#peer) throw failure('NotReady', 'no guard was called');
    return this.#peer;
  }

  async #send(): Promise<void> {
    this.#unsent += this.#ledger.takeFresh();
    const lines = this.#unsent;
    this.state = await ask<GuardState>(this.#called, 'renew', { driver: this.#driver, from: this.#sent, lines });
    this.#heardAt = this.#now();
    this.#sent += lines.length;
    this.#unsent = this.#unsent.slice(lines.length);
  }
}
