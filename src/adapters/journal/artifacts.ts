import { createHash } from 'node:crypto';
import { failure } from '../../errors.js';
import type { Secret } from '../../model/kube-object.js';
import { isCreated } from '../kube/is-created.js';
import type { RawKube } from '../kube/kube.js';
import { binarySecret, bytesOf, contentOf, documentRef, documentSecret } from './document.js';
import { namePart, shortHash } from './system-object.js';

/** Bytes of one piece. */
export const pieceBytes = 512 * 1024;

interface Head {
  readonly run: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly pieces: readonly string[];
}

/** Creates a Secret; AlreadyExists where its name is taken. */
type Create = (document: Secret) => Promise<unknown>;

/**
 * Pieces are named by what they hold, and the head that lists them is written last: a retry with other content never mixes with what an attempt left behind.
 * The first head stays, as the first capture does.
 */
export async function putArtifact(create: Create, run: string, name: string, content: Uint8Array): Promise<void> {
  const sha256 = hashOf(content);
  const base = headName(run, name);
  const pieces: string[] = [];
  for (let at = 0; at < content.byteLength; at += pieceBytes) {
    const piece = content.subarray(at, at + pieceBytes);
    const pieceName = `${base}-${sha256.slice(0, 16)}-${pieces.length}`;
    await isCreated(create(binarySecret(pieceName, { run, kind: 'piece', immutable: true }, piece)));
    pieces.push(pieceName);
  }
  const head: Head = { run, name, bytes: content.byteLength, sha256, pieces };
  await isCreated(create(documentSecret(base, { run, kind: 'artifact', immutable: true }, head)));
}

/** The content as it was put, proved by its hash. */
export async function getArtifact(raw: Pick<RawKube, 'get'>, run: string, name: string): Promise<Uint8Array | undefined> {
  const secret = await raw.get<Secret>(documentRef(headName(run, name)));
  if (secret === undefined) return undefined;
  const head = contentOf<Head>(secret);
  const pieces: Buffer[] = [];
  for (const piece of head.pieces) {
    const found = await raw.get<Secret>(documentRef(piece));
    if (found === undefined) throw failure('NotFound', `a piece of ${name} of run ${run} is gone: Secret ${piece}`);
    pieces.push(bytesOf(found));
  }
  const content = Buffer.concat(pieces);
  if (hashOf(content) !== head.sha256)
    throw failure('VerifyMismatch', `${name} of run ${run} is not what was stored: ${content.byteLength} bytes instead of ${head.bytes}, or others`);
  return content;
}

const headName = (run: string, name: string): string => `rehelm-${namePart(run)}-artifact-${shortHash(name)}`;

const hashOf = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
