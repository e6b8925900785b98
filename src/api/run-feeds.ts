import type { RunEvent, RunEvents } from '../model/run-event.js';

/** What a run tells from a position on, and whether more may come. */
export interface Told extends RunEvents {
  readonly open: boolean;
}

export type Ask = (workflowId: string, after: number) => Promise<Told>;

export interface Reader {
  /** In order, each once. */
  tell(events: readonly RunEvent[]): void;
  /** Nothing more will come. */
  end(): void;
  /** More may come, but not from here: come back. */
  cut(): void;
  /** The position is none of this run's, or not any more: everything comes again. */
  reset(): void;
  /** Nobody answers; the newest that was told is of this time, ISO 8601. What comes later is not lost. */
  away(asOf: string | undefined): void;
}

/** What is known of a run that is followed. */
export interface KnownEvents extends Told {
  readonly asOf: string;
}

const everyMilliseconds = 500;

/** One look per run however many follow it. */
export class RunFeeds {
  readonly #ask: Ask;
  readonly #feeds = new Map<string, Feed>();

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Follows a run from a position that was told already; answers how to stop. */
  follow(workflowId: string, from: number, reader: Reader): () => void {
    const feed =
      this.#feeds.get(workflowId) ??
      new Feed(
        (after) => this.#ask(workflowId, after),
        () => this.#feeds.delete(workflowId),
      );
    this.#feeds.set(workflowId, feed);
    return feed.add(from, reader);
  }

  /** What came after a position, as it was last told; undefined where nobody follows the run, or nothing was told yet. */
  known(workflowId: string, after: number): KnownEvents | undefined {
    return this.#feeds.get(workflowId)?.known(after);
  }

  close(): void {
    for (const feed of this.#feeds.values()) feed.close((reader) => reader.cut());
  }
}

/** Where a reader is. */
interface At {
  position: number;
  /** Looks that had begun before it came: they know less than it, perhaps. */
  readonly looks: number;
}

class Feed {
  readonly #ask: (after: number) => Promise<Told>;
  readonly #over: () => void;
  readonly #readers = new Map<Reader, At>();
  #events: RunEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #asOf: string | undefined;
  #isAway = false;
  #looks = 0;

  constructor(ask: (after: number) => Promise<Told>, over: () => void) {
    this.#ask = ask;
    this.#over = over;
  }

  add(from: number, reader: Reader): () => void {
    this.#readers.set(reader, { position: from, looks: this.#looks });
    this.#pass();
    if (this.#isAway) reader.away(this.#asOf);
    if (this.#timer === undefined) this.#schedule(0);
    return () => {
      this.#readers.delete(reader);
      if (this.#readers.size === 0) this.close((left) => left.cut());
    };
  }

  known(after: number): KnownEvents | undefined {
    return this.#asOf === undefined ? undefined : { events: this.#events.slice(after), last: this.#events.length, open: true, asOf: this.#asOf };
  }

  close(bid: (reader: Reader) => void): void {
    clearTimeout(this.#timer);
    this.#over();
    for (const reader of this.#readers.keys()) bid(reader);
    this.#readers.clear();
  }

  #schedule(milliseconds: number): void {
    this.#timer = setTimeout(() => void this.#look(), milliseconds);
  }

  async #look(): Promise<void> {
    const at = new Date().toISOString();
    const look = ++this.#looks;
    // Worker or Temporal away: what they will tell when they are back is not lost.
    const told = await this.#ask(this.#events.length).catch(() => undefined);
    if (this.#readers.size === 0) return;
    if (told) this.#take(told, { at, look });
    else this.#miss();
    if (told && !told.open && told.last === this.#events.length) this.close((reader) => reader.end());
    else this.#schedule(everyMilliseconds);
  }

  #take({ events, last }: Told, { at, look }: { readonly at: string; readonly look: number }): void {
    // A Reset has taken the run back to where it had told less: it is asked for all of it anew.
    const isBack = last < this.#events.length;
    this.#asOf = isBack ? undefined : at;
    this.#isAway = false;
    if (isBack) this.#events = [];
    else this.#events.push(...events);
    for (const [reader, place] of this.#readers) {
      if (place.looks >= look || place.position <= last) continue;
      place.position = 0;
      reader.reset();
    }
    this.#pass();
  }

  #miss(): void {
    if (this.#isAway) return;
    this.#isAway = true;
    for (const reader of this.#readers.keys()) reader.away(this.#asOf);
  }

  #pass(): void {
    for (const [reader, at] of this.#readers) {
      const news = this.#events.slice(at.position);
      if (news.length > 0) reader.tell(news);
      at.position = Math.max(at.position, this.#events.length);
    }
  }
}
