interface Kept<T> {
  readonly answer: T;
  /** When it was asked for, in milliseconds: what it tells may be this old. */
  readonly at: number;
}

export interface CoalescedOptions {
  readonly keptMilliseconds: number;
  /** Asked again behind an answer that is this old, while somebody goes on asking: so nobody waits. */
  readonly renewedMilliseconds?: number;
  /** While the next answer is on its way, the last one is told up to this age. */
  readonly awaitedMilliseconds?: number;
}

/** One question for all who ask it within a while. A failure is told to those who wait for it, and not kept. */
export class Coalesced<T> {
  readonly #keptMilliseconds: number;
  readonly #renewedMilliseconds: number;
  readonly #awaitedMilliseconds: number;
  readonly #kept = new Map<string, Kept<T>>();
  readonly #asked = new Map<string, Promise<T>>();

  constructor({ keptMilliseconds, renewedMilliseconds = keptMilliseconds, awaitedMilliseconds = keptMilliseconds }: CoalescedOptions) {
    this.#keptMilliseconds = keptMilliseconds;
    this.#renewedMilliseconds = renewedMilliseconds;
    this.#awaitedMilliseconds = awaitedMilliseconds;
  }

  /** `key` holds all that the answer hangs on. */
  of(key: string, ask: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key);
    if (!kept) return this.#ask(key, ask);
    const age = Date.now() - kept.at;
    if (age >= (this.#asked.has(key) ? this.#awaitedMilliseconds : this.#keptMilliseconds)) return this.#ask(key, ask);
    if (age >= this.#renewedMilliseconds) void this.#ask(key, ask).catch(() => undefined);
    return Promise.resolve(kept.answer);
  }

  #ask(key: string, ask: () => Promise<T>): Promise<T> {
    const before = this.#asked.get(key);
    if (before) return before;
    const at = Date.now();
    const asked = ask()
      .then((answer) => {
        this.#keep(key, { answer, at });
        return answer;
      })
      .finally(() => this.#asked.delete(key));
    this.#asked.set(key, asked);
    return asked;
  }

  #keep(key: string, kept: Kept<T>): void {
    const left = kept.at + this.#awaitedMilliseconds - Date.now();
    if (left <= 0) return;
    this.#kept.set(key, kept);
    setTimeout(() => this.#kept.get(key) === kept && this.#kept.delete(key), left).unref();
  }
}
