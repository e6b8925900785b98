import { createHash, hash } from 'node:crypto';
import { BSON } from 'mongodb';
import type { RawDocument } from '../../adapters/mongo/mongo.js';
import type { HashKind } from './copy-kind.js';

const mask = 0xffff_ffff_ffff_ffffn;

/** Of the fields by name and type, in the order of their names; what is inside of them counts byte by byte. */
function digestOfFields(raw: RawDocument): Buffer {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const fields = [...BSON.onDemand.parseToElements(raw)].map(([type, nameAt, nameLength, at, length]) =>
    Buffer.concat([bytes.subarray(nameAt, nameAt + nameLength + 1), Buffer.of(type & 0xff), bytes.subarray(at, at + length)]),
  );
  const sum = createHash('sha256');
  for (const field of fields.toSorted(Buffer.compare)) sum.update(field);
  return sum.digest();
}

function digestAt(position: number, raw: RawDocument): Buffer {
  const place = Buffer.alloc(8);
  place.writeBigUInt64BE(BigInt(position));
  return createHash('sha256').update(place).update(raw).digest();
}

/**
 * Documents, bytes and a hash of 128 bits: both halves of each document's SHA-256 prefix, summed modulo 2^64; of a sequence, with each document's place in it.
 * A sum, not XOR, in which two equal documents would cancel each other. Sums of parts add up to the sum of the whole, so units can be hashed one by one.
 */
export class DocumentHash {
  documents = 0;
  bytes = 0;
  readonly #kind: HashKind;
  #high = 0n;
  #low = 0n;

  constructor(kind: HashKind = 'set') {
    this.#kind = kind;
  }

  add(raw: RawDocument): void {
    const digest = this.#digest(raw);
    this.#high = (this.#high + digest.readBigUInt64BE(0)) & mask;
    this.#low = (this.#low + digest.readBigUInt64BE(8)) & mask;
    this.documents += 1;
    this.bytes += raw.byteLength;
  }

  #digest(raw: RawDocument): Buffer {
    if (this.#kind === 'set') return hash('sha256', raw, 'buffer');
    return this.#kind === 'sequence' ? digestAt(this.documents, raw) : digestOfFields(raw);
  }

  addAll(documents: readonly RawDocument[]): void {
    for (const raw of documents) this.add(raw);
  }

  /** Adds what was hashed elsewhere. */
  merge(part: { readonly documents: number; readonly bytes: number; readonly hash: string }): void {
    this.#high = (this.#high + BigInt(`0x${part.hash.slice(0, 16)}`)) & mask;
    this.#low = (this.#low + BigInt(`0x${part.hash.slice(16)}`)) & mask;
    this.documents += part.documents;
    this.bytes += part.bytes;
  }

  /** 32 hex digits. */
  get hash(): string {
    return this.#high.toString(16).padStart(16, '0') + this.#low.toString(16).padStart(16, '0');
  }

  get summary(): { readonly documents: number; readonly bytes: number; readonly hash: string } {
    return { documents: this.documents, bytes: this.bytes, hash: this.hash };
  }
}

/** One hash for a whole database: over its collections' names and hashes, so that documents swapped between collections show. */
export function totalHash(collections: readonly { readonly name: string; readonly documents: number; readonly bytes: number; readonly hash: string }[]) {
  const total = new DocumentHash();
  for (const { name, documents, hash: own } of collections) total.add(Buffer.from(`${name}\0${documents}\0${own}`));
  const sum = (part: 'documents' | 'bytes') => collections.reduce((all, collection) => all + collection[part], 0);
  return { documents: sum('documents'), bytes: sum('bytes'), hash: total.hash };
}
