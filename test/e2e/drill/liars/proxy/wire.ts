import type { Socket } from 'node:net';
import { encode, type Message } from './message.js';

/** A socket that is read message by message. */
export class Wire {
  readonly socket: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  #isOver = false;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake();
    });
    socket.on('close', () => {
      this.#isOver = true;
      this.#wake();
    });
  }

  send(messages: readonly Message[]): void {
    this.socket.write(Buffer.concat(messages.map(encode)));
  }

  /** undefined: the connection is over. */
  async message(): Promise<Message | undefined> {
    const head = await this.#have(5);
    if (!head) return undefined;
    const length = head.readInt32BE(1);
    const whole = await this.#have(length + 1);
    if (!whole) return undefined;
    this.#bytes = this.#bytes.subarray(length + 1);
    return { type: whole.toString('latin1', 0, 1), body: whole.subarray(5, length + 1) };
  }

  /** The body of a packet without a type. */
  async startup(): Promise<Buffer | undefined> {
    const head = await this.#have(4);
    if (!head) return undefined;
    const length = head.readInt32BE(0);
    const whole = await this.#have(length);
    if (!whole) return undefined;
    this.#bytes = this.#bytes.subarray(length);
    return whole.subarray(4, length);
  }

  async #have(count: number): Promise<Buffer | undefined> {
    while (this.#bytes.length < count) {
      if (this.#isOver) return undefined;
      await new Promise<void>((wake) => {
        this.#wake = wake;
      });
    }
    return this.#bytes;
  }
}
