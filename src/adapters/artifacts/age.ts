import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { isNativeError } from 'node:util/types';
import { ApplicationFailure } from '@temporalio/common';
import { Decrypter, Encrypter } from 'age-encryption';
import { failure } from '../../errors.js';

/** age's own streams and Node's are the same thing under two declarations. */
type AgeStream = Parameters<Encrypter['encrypt']>[0] & globalThis.ReadableStream<Uint8Array>;
const toAge = (content: AsyncIterable<Uint8Array>) => Readable.toWeb(Readable.from(content, { objectMode: false })) as unknown as AgeStream;
const fromAge = (stream: unknown): AsyncIterable<Uint8Array> => Readable.fromWeb(stream as ReadableStream<Uint8Array>);

/** Encrypts for the holders of any of the recipients' keys (`age1…`), as it passes. */
export async function encryptAge(content: AsyncIterable<Uint8Array>, recipients: readonly string[]): Promise<AsyncIterable<Uint8Array>> {
  const encrypter = new Encrypter();
  for (const recipient of recipients) encrypter.addRecipient(recipient);
  return fromAge(await encrypter.encrypt(toAge(content)));
}

/** WrongKey where the identity (`AGE-SECRET-KEY-1…`) is none, or opens nothing of it; ArtifactDamaged where it opens and is not what was written. */
export async function decryptAge(content: AsyncIterable<Uint8Array>, identity: string, name: string): Promise<AsyncIterable<Uint8Array>> {
  const decrypter = new Decrypter();
  try {
    for (const line of identitiesIn(identity)) decrypter.addIdentity(line);
  } catch {
    // The library's message may quote the key.
    throw failure('WrongKey', `${name}: what the Secret holds is no age identity (AGE-SECRET-KEY-1…)`);
  }
  const opened = await decrypter.decrypt(toAge(content)).catch((error: unknown) => {
    if (isNativeError(error) && /identity|identities/.test(error.message)) throw failure('WrongKey', `${name}: no key of the Secret opens it`);
    throw error;
  });
  return whole(fromAge(opened), name);
}

/** As age-keygen writes a file: remarks, and an identity a line. */
function identitiesIn(text: string): readonly string[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.length === 0) throw new Error('no identity');
  return lines;
}

async function* whole(content: AsyncIterable<Uint8Array>, name: string): AsyncIterable<Uint8Array> {
  try {
    yield* content;
  } catch (error) {
    // What comes from below is a failure already.
    if (error instanceof ApplicationFailure) throw error;
    throw failure('ArtifactDamaged', `${name} opens with the key, but is not what was encrypted`);
  }
}
