/** Reads a stream by lengths that are known as one goes. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(content: AsyncIterable<Uint8Array>) {
    this.#chunks = content[Symbol.asyncIterator]();
  }

  /** The next bytes; undefined where the stream ends before. */
  async take(bytes: number): Promise<Buffer | undefined> {
    const taken = await this.peek(bytes);
    if (taken) this.#held = this.#held.subarray(bytes);
    return taken;
  }

  /** The same, and they stay the next. */
  async peek(bytes: number): Promise<Buffer | undefined> {
    return this.#held.length >= bytes || (await this.#fill(bytes)) ? this.#held.subarray(0, bytes) : undefined;
  }

  /** Whether nothing is left. */
  async isAtEnd(): Promise<boolean> {
    return this.#held.length === 0 && !(await this.#fill(1));
  }

  async #fill(bytes: number): Promise<boolean> {
    const chunks = [this.#held];
    let length = this.#held.length;
    while (length < bytes) {
      const next = await this.#chunks.next();
      if (next.done) break;
      chunks.push(Buffer.from(next.value));
      length += next.value.length;
    }
    this.#held = Buffer.concat(chunks);
    return length >= bytes;
  }
}
