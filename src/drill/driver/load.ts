import { lateMs } from '../../judge/writes.js';
import type { Load as Wanted } from '../../model/drill.js';
import { wordsOf } from '../again.js';
import type { Told } from '../ledger-file.js';
import { RefusedWrite, type Writer } from '../targets/target.js';

/** A late write's connection is read this much longer: a late acknowledgement is one. Milliseconds. */
const readOnMs = 30_000;
/** Between two attempts to connect, whoever makes them: attempts that hang must not all hang at the same time, or nobody tries when the service comes back. Milliseconds. */
const reconnectMs = 100;
/** Once a write found no connection for a second, those behind it wait this long only, until none waits: one that is sent in its last moment comes late, and costs a connection. */
const shortWaitMs = lateMs / 2;
/** For each writer so many late writes keep their connections; further ones are not sent any more: the server would be stormed. */
const lateEach = 10;

interface Due {
  readonly id: number;
  readonly due: number;
}

export interface LoadParts {
  readonly load: Wanted;
  readonly open: () => Promise<Writer>;
  readonly tell: (told: Told) => void;
  /** Milliseconds on the ledger's clock. */
  readonly now: () => number;
}

/**
 * Open-loop: writes are due at fixed times, whatever became of those before. One that finds every connection busy waits for the next free one,
 * and its latency counts from when it was due. After a second it is late; its connection is left to it, and another is opened.
 */
export class Load {
  readonly #parts: LoadParts;
  readonly #idle: Writer[] = [];
  #queue: Due[] = [];
  /** How long a write may wait for a connection. */
  #waitMs = lateMs;
  #next = 1;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #connections = 0;
  /** When the next attempt may be made by those that failed. */
  #turnAt = 0;
  /** Ends the wait of those that failed. */
  #wakeAll = Promise.withResolvers<void>();
  readonly #pending = new Set<Promise<void>>();

  constructor(parts: LoadParts) {
    this.#parts = parts;
  }

  /** How many writes were due so far. */
  get highest(): number {
    return this.#next - 1;
  }

  start(): void {
    for (let slot = 0; slot < this.#parts.load.writers; slot++) void this.#open();
    this.#startedAt = this.#parts.now();
    this.#tick();
  }

  /** Nothing new is sent; settles when it is known of every write what became of it. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#wake();
    while (this.#pending.size > 0) await Promise.all(this.#pending);
    for (const { id } of this.#queue) this.#parts.tell({ type: 'unsent', id, why: 'the load ended' });
    for (const writer of this.#idle) this.#drop(writer);
  }

  #tick(): void {
    const { now, load } = this.#parts;
    const intervalMs = 1000 / load.writesPerSecond;
    for (;;) {
      const due = this.#startedAt + (this.#next - 1) * intervalMs;
      if (due > now()) break;
      this.#intend({ id: this.#next++, due });
    }
    this.#expire();
    if (this.#stopped) return;
    const waitMs = this.#startedAt + (this.#next - 1) * intervalMs - now();
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, waitMs));
  }

  #intend(write: Due): void {
    this.#parts.tell({ type: 'intent', id: write.id, due: Math.round(write.due * 10) / 10 });
    const writer = this.#idle.shift();
    if (writer) this.#send(writer, write);
    else this.#queue.push(write);
  }

  #expire(): void {
    const { now, tell } = this.#parts;
    while (this.#queue[0] && now() - this.#queue[0].due > this.#waitMs) {
      tell({ type: 'unsent', id: this.#queue.shift()!.id, why: `no connection for ${this.#waitMs} ms` });
      this.#waitMs = shortWaitMs;
    }
    if (this.#queue.length === 0) this.#waitMs = lateMs;
  }

  /** A free connection takes what waits longest. */
  #take(writer: Writer): void {
    this.#expire();
    const write = this.#queue.shift();
    if (write) this.#send(writer, write);
    else if (this.#stopped) this.#drop(writer);
    else this.#idle.push(writer);
  }

  #send(writer: Writer, write: Due): void {
    const sending = this.#settle(writer, write);
    this.#pending.add(sending);
    void sending.finally(() => this.#pending.delete(sending));
  }

  async #settle(writer: Writer, { id, due }: Due): Promise<void> {
    const { tell, now } = this.#parts;
    let isLate = false;
    const late = setTimeout(
      () => {
        isLate = true;
        tell({ type: 'late', id });
        void this.#open();
      },
      Math.max(0, due + lateMs - now()),
    );
    const giveUp = setTimeout(() => writer.drop(), Math.max(0, due + lateMs + readOnMs - now()));
    try {
      const taken = await writer.write(id);
      tell({ type: 'ack', id, ...taken });
      if (!isLate) this.#take(writer);
      else this.#drop(writer);
    } catch (error) {
      tell({ type: error instanceof RefusedWrite ? 'failed' : 'unknown', id, why: reasonOf(error) });
      this.#drop(writer);
      if (!isLate) void this.#open();
    } finally {
      clearTimeout(late);
      clearTimeout(giveUp);
    }
  }

  /** Until there is one connection more. An attempt that hangs when another comes through is not waited for: a second one is made. */
  async #open(): Promise<void> {
    const slot = { isTaken: false };
    while (!this.#stopped && !slot.isTaken) {
      const isMade = await Promise.race([this.#connect(slot), this.#wakeAll.promise]);
      if (isMade) return this.#wake();
      if (isMade === false) await Promise.race([this.#turn(), this.#wakeAll.promise]);
    }
  }

  /** False where it was refused or not answered: the next attempt tells. */
  async #connect(slot: { isTaken: boolean }): Promise<boolean> {
    if (this.#connections >= this.#parts.load.writers * (1 + lateEach)) return false;
    this.#connections++;
    try {
      const writer = await this.#parts.open();
      if (slot.isTaken) this.#drop(writer);
      else this.#take(writer);
      slot.isTaken = true;
      return true;
    } catch {
      this.#connections--;
      return false;
    }
  }

  /** One after another. */
  #turn(): Promise<void> {
    const now = this.#parts.now();
    this.#turnAt = Math.max(now, this.#turnAt) + reconnectMs;
    return new Promise((turn) => setTimeout(turn, this.#turnAt - now).unref());
  }

  /** Where one comes through after others failed, all try at once. */
  #wake(): void {
    if (this.#turnAt === 0 && !this.#stopped) return;
    this.#turnAt = 0;
    this.#wakeAll.resolve();
    this.#wakeAll = Promise.withResolvers();
  }

  #drop(writer: Writer): void {
    this.#connections--;
    writer.drop();
  }
}

/** A driver's messages name hosts and SQLSTATEs; they hold no password. */
const reasonOf = (error: unknown): string => wordsOf(error).slice(0, 200);
