import type { Actor } from './actor.js';
import type { Call } from './call.js';

/** One write that the API server took, and whose it was. */
export interface Write {
  readonly step: string;
  readonly activity: string;
  /** The same in every run. */
  readonly name: string;
  /** Counted from 1 among writes of the same name in one attempt. */
  readonly nth: number;
  readonly byHelm: boolean;
}

/** A record of the journal: a step was begun, done, or taken back. */
export const isMark = (name: string): boolean => /-(?:begun|done|undone)$/.test(name);

/** Knows for which step a call is made, and counts the writes of each attempt. */
export class WriteLog {
  readonly #writes: Write[] = [];
  readonly #counts = new Map<string, number>();
  #helmFor: Actor | undefined;
  #markedAt = Date.now();

  get writes(): readonly Write[] {
    return this.#writes;
  }

  /** When the journal last got a record: milliseconds since 1970. */
  get markedAt(): number {
    return this.#markedAt;
  }

  /** Steps that run helm stand alone in their batch: what helm writes is that one's. */
  actorOf({ actor, byHelm }: Call): Actor | undefined {
    if (byHelm) return this.#helmFor;
    if (actor?.step !== undefined) this.#helmFor = actor;
    return actor;
  }

  /** Notes a write that was taken; answers it, where a step made it. */
  note(call: Call, worker: number): Write | undefined {
    const actor = this.actorOf(call);
    if (actor?.step === undefined) return undefined;
    const { step, activity, attempt } = actor;
    const nth = this.#count(`${worker} ${attempt} ${activity} ${step} ${call.name}`);
    const write = { step, activity, name: call.name, nth, byHelm: call.byHelm };
    this.#writes.push(write);
    if (isMark(call.name)) this.#markedAt = Date.now();
    return write;
  }

  /** Forgets what was written, not how often. */
  clear(): void {
    this.#writes.length = 0;
  }

  #count(key: string): number {
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count;
  }
}
