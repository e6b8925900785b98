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

  close(): void {
    for (const feed of this.#feeds.values()) feed.close((reader) => reader.cut());
  }
}

class Feed {
  readonly #ask: (after: number) => Promise<Told>;
  readonly #over: () => void;
  readonly #readers = new Map<Reader, { position: number }>();
  #events: RunEvent[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(ask: (after: number) => Promise<Told>, over: () => void) {
    this.#ask = ask;
    this.#over = over;
  }

  add(from: number, reader: Reader): () => void {
    this.#readers.set(reader, { position: from });
    this.#pass();
    if (this.#timer === undefined) this.#schedule(0);
    return () => {
      this.#readers.delete(reader);
      if (this.#readers.size === 0) this.close((left) => left.cut());
    };
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
    // Worker or Temporal away: what they will tell when they are back is not lost.
    const told = await this.#ask(this.#events.length).catch(() => undefined);
    if (this.#readers.size === 0) return;
    if (told) this.#events.push(...told.events);
    this.#pass();
    if (told && !told.open && told.last === this.#events.length) this.close((reader) => reader.end());
    else this.#schedule(everyMilliseconds);
  }

  #pass(): void {
    for (const [reader, at] of this.#readers) {
      const news = this.#events.slice(at.position);
      if (news.length > 0) reader.tell(news);
      at.position = Math.max(at.position, this.#events.length);
    }
  }
}
