import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';

/** Requests that come in place of a startup message ("Message Formats" in PostgreSQL's manual). */
export const codes = { ssl: 80_877_103, gss: 80_877_104, cancel: 80_877_102 } as const;
export const isProtocol3 = (code: number): boolean => code >>> 16 === 3;

/** Of anything that comes before somebody has logged in, in bytes. */
const maxLength = 16_384;

/** Exactly so many bytes; what follows them stays where it is. */
export async function take(socket: Socket, bytes: number, signal: AbortSignal): Promise<Buffer> {
  for (;;) {
    const chunk: Buffer | null = socket.read(bytes);
    if (chunk?.length === bytes) return chunk;
    if (chunk !== null || socket.readableEnded || socket.destroyed) throw new Error('the connection ended in the middle of a message');
    await once(socket, 'readable', { signal });
    // A connection that was closed is readable again and again, until the loop comes to telling its end.
    await setImmediate();
    signal.throwIfAborted();
  }
}

async function takeBody(socket: Socket, length: number, signal: AbortSignal): Promise<Buffer> {
  if (length < 4 || length > maxLength) throw new Error('no message of the protocol');
  return length === 4 ? Buffer.alloc(0) : take(socket, length - 4, signal);
}

export interface Startup {
  readonly code: number;
  /** `user`, `database`, …, as the client sent them. */
  readonly parameters: ReadonlyMap<string, string>;
  /** All of it, to be sent on. */
  readonly bytes: Buffer;
}

/** The first message has no type. */
export async function takeStartup(socket: Socket, signal: AbortSignal): Promise<Startup> {
  const head = await take(socket, 4, signal);
  const body = await takeBody(socket, head.readUInt32BE(0), signal);
  const words = body.subarray(4).toString().split('\0');
  const parameters = new Map<string, string>();
  for (let at = 0; at + 1 < words.length && words[at] !== ''; at += 2) parameters.set(words[at] ?? '', words[at + 1] ?? '');
  return { code: body.length >= 4 ? body.readUInt32BE(0) : 0, parameters, bytes: Buffer.concat([head, body]) };
}

/** What a client answers while it logs in. */
export async function takePassword(socket: Socket, signal: AbortSignal): Promise<Buffer> {
  const head = await take(socket, 5, signal);
  if (head[0] !== 'p'.charCodeAt(0)) throw new Error('no answer to the question for a password');
  return takeBody(socket, head.readUInt32BE(1), signal);
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** An Authentication message: 10 SASL, 11 SASLContinue, 12 SASLFinal. */
export function authentication(kind: 10 | 11 | 12, text: string): Buffer {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(kind);
  return message('R', Buffer.concat([number, Buffer.from(text)]));
}

/** A refusal that every client shows as the server's own. */
export const refusal = (code: string, text: string): Buffer => message('E', Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${text}\0\0`));

/** A startup message of our own. */
export function startup(user: string, database: string): Buffer {
  const body = Buffer.from(`\0\x03\0\0user\0${user}\0database\0${database}\0\0`, 'latin1');
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length + 4);
  return Buffer.concat([head, body]);
}
