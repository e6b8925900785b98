import type { Duplex } from 'node:stream';
import type pg from 'pg';

/** Of the driver's connection, what a COPY needs. */
type Wire = Pick<pg.Connection, 'stream'> & { query(text: string): void };

/** Frames of PostgreSQL's protocol: a letter, a length of four bytes that counts itself, a body. */
const headerBytes = 5;
const [copyData, copyDone, errorResponse] = [0x64, 0x63, 0x45] as const;
const doneFrame = Buffer.from([copyDone, 0, 0, 0, 4]);
const none: Buffer = Buffer.alloc(0);

/** Waits in our memory for a server that takes rows slower than the other gives them. */
const mostWaitingBytes = 1024 * 1024;

const rowsOf = (text: string): number => Number(/^COPY (\d+)/.exec(text)?.[1] ?? 0);

/** `COPY … FROM STDIN`, as the driver's queue takes it. */
export class CopyIn {
  readonly #text: string;
  readonly #ready = Promise.withResolvers<Duplex>();
  readonly #done = Promise.withResolvers<number>();
  #rows = 0;

  constructor(text: string) {
    this.#text = text;
    for (const { promise } of [this.#ready, this.#done]) promise.catch(() => undefined);
  }

  /** Where frames with rows may be written. */
  get ready(): Promise<Duplex> {
    return this.#ready.promise;
  }

  /** Rows, as the server counted them; it is ready for the next query. */
  get done(): Promise<number> {
    return this.#done.promise;
  }

  submit(wire: Wire): void {
    wire.query(this.#text);
  }

  handleCopyInResponse({ stream }: Wire): void {
    this.#ready.resolve(stream as Duplex);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#rows = rowsOf(text);
  }

  handleReadyForQuery(): void {
    this.#done.resolve(this.#rows);
  }

  handleError(error: unknown): void {
    this.#ready.reject(error);
    this.#done.reject(error);
  }
}

/**
 * `COPY … TO STDOUT`, whose frames go to another server as they come: what one server sends in them is what the other takes. Only their headers are looked at, for the end.
 * Everything that is no row goes to the driver as ever.
 */
export class CopyOut {
  readonly #text: string;
  readonly #to: Duplex;
  readonly #onChunk: (bytes: number) => Promise<void> | undefined;
  readonly #done = Promise.withResolvers<number>();
  #from: Duplex | undefined;
  #driver: (chunk: Buffer) => void = () => undefined;
  /** Of the frame under way, what is still to come, and whether it is a row's. */
  #left = 0;
  #isData = false;
  /** A header that was cut in two. */
  #head = none;
  #holds = 0;
  #rows = 0;
  bytes = 0;

  constructor(text: string, to: Duplex, onChunk: (bytes: number) => Promise<void> | undefined) {
    this.#text = text;
    this.#to = to;
    this.#onChunk = onChunk;
    this.#done.promise.catch(() => undefined);
  }

  /** Rows, as the server counted them. */
  get done(): Promise<number> {
    return this.#done.promise;
  }

  submit(wire: Wire): void {
    const [driver] = wire.stream.listeners('data');
    this.#from = wire.stream as Duplex;
    this.#driver = driver as (chunk: Buffer) => void;
    this.#from.removeListener('data', this.#driver);
    this.#from.on('data', this.#take);
    wire.query(this.#text);
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#rows = rowsOf(text);
  }

  handleReadyForQuery(): void {
    this.#done.resolve(this.#rows);
  }

  handleError(error: unknown): void {
    this.#done.reject(error);
  }

  readonly #take = (arrived: Buffer): void => {
    const chunk = this.#head.length > 0 ? Buffer.concat([this.#head, arrived]) : arrived;
    this.#head = none;
    // Frames of one sort are passed on together: a row has a frame of its own.
    let [start, at] = [0, Math.min(this.#left, chunk.length)];
    this.#left -= at;
    while (this.#left === 0 && chunk.length - at >= headerBytes) {
      const code = chunk[at];
      if (this.#isData !== (code === copyData)) {
        this.#pass(chunk.subarray(start, at));
        [start, this.#isData] = [at, code === copyData];
      }
      if (code === copyDone || code === errorResponse) {
        this.#pass(chunk.subarray(start, at));
        this.#end(chunk.subarray(at), code === copyDone);
        return;
      }
      const next = at + 1 + chunk.readUInt32BE(at + 1);
      at = Math.min(next, chunk.length);
      this.#left = next - at;
    }
    this.#pass(chunk.subarray(start, at));
    this.#head = chunk.subarray(at);
  };

  #pass(frames: Buffer): void {
    if (frames.length === 0) return;
    if (this.#isData) this.#send(frames);
    else this.#driver(frames);
  }

  #send(frames: Buffer): void {
    this.bytes += frames.length;
    this.#to.write(frames);
    this.#hold(this.#onChunk(frames.length));
    if (this.#to.writableLength > mostWaitingBytes) this.#hold(new Promise((resolve) => this.#to.once('drain', resolve)));
  }

  /** The driver reads on: how many rows there were, or what went wrong. */
  #end(rest: Buffer, complete: boolean): void {
    this.#from?.removeListener('data', this.#take);
    this.#from?.on('data', this.#driver);
    if (complete) this.#to.write(doneFrame);
    this.#driver(rest);
  }

  /** Takes nothing more from the source until then. */
  #hold(until: Promise<unknown> | undefined): void {
    if (!until) return;
    this.#holds += 1;
    this.#from?.pause();
    const release = () => {
      this.#holds -= 1;
      if (this.#holds === 0) this.#from?.resume();
    };
    until.then(release, release);
  }
}
