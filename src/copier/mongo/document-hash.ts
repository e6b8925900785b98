import { hash } from 'node:crypto';
import type { RawDocument } from '../../adapters/mongo/mongo.js';

const mask = 0xffff_ffff_ffff_ffffn;

/**
 * Documents, bytes and a hash of 128 bits over documents in any order: both halves of each document's SHA-256 prefix, summed modulo 2^64.
 * A sum, not XOR, in which two equal documents would cancel each other. Sums of parts add up to the sum of the whole, so units can be hashed one by one.
 */
export class DocumentHash {
  documents = 0;
  bytes = 0;
  #high = 0n;
  #low = 0n;

  add(raw: RawDocument): void {
    const digest = hash('sha256', raw, 'buffer');
    this.#high = (this.#high + digest.readBigUInt64BE(0)) & mask;
    this.#low = (this.#low + digest.readBigUInt64BE(8)) & mask;
    this.documents += 1;
    this.bytes += raw.byteLength;
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
