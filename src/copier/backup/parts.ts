import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { decryptAge, encryptAge } from '../../adapters/artifacts/age.js';
import type { ArtifactStore } from '../../adapters/artifacts/artifact-store.js';
import { failure } from '../../errors.js';
import type { BackupPart } from '../../model/backup.js';

/** A backup's own folder in its store. */
export interface BackupFolder {
  readonly store: ArtifactStore;
  readonly backup: string;
  readonly signal: AbortSignal;
  /** Told of what passed. */
  readonly onBytes: (bytes: number) => void;
}

async function* metered(content: AsyncIterable<Uint8Array>, onChunk: (chunk: Uint8Array) => void): AsyncIterable<Uint8Array> {
  for await (const chunk of content) {
    onChunk(chunk);
    yield chunk;
  }
}

/** Moves a local file into the backup, encrypted where there are recipients, and tells what is kept of it. */
export async function keepFile(
  { store, backup, signal, onBytes }: BackupFolder,
  file: string,
  path: string,
  recipients: readonly string[],
): Promise<BackupPart> {
  const hash = createHash('sha256');
  let bytes = 0;
  const note = (chunk: Uint8Array) => {
    hash.update(chunk);
    bytes += chunk.byteLength;
    onBytes(chunk.byteLength);
  };
  const to = `${backup}/${path}`;
  if (recipients.length > 0) {
    const sealed = metered(await encryptAge(createReadStream(file), recipients), note);
    await store.write(to, sealed, { signal, expectedBytes: (await stat(file)).size });
    await rm(file);
  } else {
    for await (const _ of metered(createReadStream(file), note)) signal.throwIfAborted();
    await store.take(to, file, signal);
  }
  return { path, bytes, sha256: hash.digest('hex') };
}

/** A part as it was kept, and at its end the proof that it is: ArtifactDamaged otherwise. */
export async function* readProven({ store, backup, signal, onBytes }: BackupFolder, { path, bytes, sha256 }: BackupPart): AsyncIterable<Uint8Array> {
  const name = `${backup}/${path} in ${store.name}`;
  const hash = createHash('sha256');
  let read = 0;
  const content = await store.read(`${backup}/${path}`).catch((error: unknown) => {
    throw isGone(error) ? failure('ArtifactDamaged', `${name} is gone`) : error;
  });
  for await (const chunk of content) {
    signal.throwIfAborted();
    hash.update(chunk);
    read += chunk.byteLength;
    onBytes(chunk.byteLength);
    yield chunk;
  }
  if (read !== bytes) throw failure('ArtifactDamaged', `${name} has ${read} bytes; ${bytes} were written`);
  if (hash.digest('hex') !== sha256) throw failure('ArtifactDamaged', `${name} is not what was written: another SHA-256`);
}

const isGone = (error: unknown): boolean => typeof error === 'object' && error !== null && 'type' in error && error.type === 'NotFound';

/** Reads a part to its end. ArtifactDamaged where it is not what was kept. */
export async function checkPart(folder: BackupFolder, part: BackupPart): Promise<void> {
  for await (const _ of readProven(folder, part));
}

/** A part's own content: opened where it is encrypted. */
const contentOf = async (folder: BackupFolder, part: BackupPart, identity: string | undefined): Promise<AsyncIterable<Uint8Array>> =>
  identity === undefined ? readProven(folder, part) : decryptAge(readProven(folder, part), identity, `${folder.backup}/${part.path}`);

/** Brings a part to a local file. WrongKey, ArtifactDamaged. */
export async function fetchPart(folder: BackupFolder, part: BackupPart, identity: string | undefined, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const content = await contentOf(folder, part, identity);
  await pipeline(Readable.from(content, { objectMode: false }), createWriteStream(file), { signal: folder.signal });
}

/** A small part as text. */
export async function readPart(folder: BackupFolder, part: BackupPart, identity: string | undefined): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await contentOf(folder, part, identity)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
