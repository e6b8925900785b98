import { BSON, type Document } from 'mongodb';
import type { Mongo, RawDocument } from '../../adapters/mongo/mongo.js';
import { failure } from '../../errors.js';
import { dropCollection } from './catalog.js';
import type { HashKind } from './copy-kind.js';
import { holdsEmptyTimestamp } from './empty-timestamps.js';

const duplicateKey = 11000;

/** Where a unit's documents go. */
export interface Destination {
  readonly database: string;
  readonly collection: string;
  readonly collectionUuid?: Document;
  /** Keep the order: capped collections. */
  readonly ordered: boolean;
  readonly hashKind: HashKind;
  readonly bypassValidation: boolean;
  /** A lookup by `_id` does not read the whole collection. */
  readonly idsPushedDown: boolean;
  /** The server fills in Timestamp(0, 0) unless told not to. */
  readonly fillsTimestamps: boolean;
}

const keyOf = (raw: RawDocument) => Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1');
const exact = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;

/** Writes the batches of one unit. A document that is there already is passed over only when it is the very same, byte by byte: an earlier attempt wrote it. */
export class BatchWriter {
  readonly #mongo: Mongo;
  readonly #to: Destination;
  /** Read once, when the first duplicate shows, from a server that would read it all for every lookup. */
  #all?: Promise<ReadonlySet<string>>;

  constructor(mongo: Mongo, to: Destination) {
    this.#mongo = mongo;
    this.#to = to;
  }

  /** Answers the documents that were not there before. */
  async write(batch: readonly RawDocument[]): Promise<readonly RawDocument[]> {
    const { database, collection, ordered, bypassValidation, collectionUuid, fillsTimestamps } = this.#to;
    const keepEmptyTimestamps = fillsTimestamps && batch.some(holdsEmptyTimestamp);
    const refusals = await this.#mongo.insert(database, collection, batch, {
      ordered,
      bypassValidation,
      keepEmptyTimestamps,
      ...(collectionUuid && { collectionUuid }),
    });
    if (refusals.length === 0) return batch;
    const other = refusals.find(({ code }) => code !== duplicateKey);
    if (other)
      throw failure('CopyFailed', `${database}.${collection} refused a document with code ${other.code}.`, {
        details: { database, collection, code: other.code },
      });
    const refused = new Set(refusals.map(({ index }) => index));
    await this.#requireIdentical(batch.filter((_, index) => refused.has(index)));
    return batch.filter((_, index) => !refused.has(index));
  }

  async #requireIdentical(duplicates: readonly RawDocument[]): Promise<void> {
    const { database, collection, idsPushedDown } = this.#to;
    if (!idsPushedDown) this.#all ??= this.#stored({});
    const stored = await (this.#all ?? this.#stored({ _id: { $in: duplicates.map((raw) => BSON.deserialize(raw, exact)['_id']) } }));
    const foreign = duplicates.filter((raw) => !stored.has(keyOf(raw))).length;
    if (foreign === 0) return;
    throw failure(
      'TargetNotEmpty',
      `${database}.${collection} already holds other documents under ${foreign} ids or unique keys of the source; this run did not write them.`,
      {
        details: { database, collection, documents: foreign },
      },
    );
  }

  async #stored(filter: Document): Promise<ReadonlySet<string>> {
    const keys = new Set<string>();
    for await (const batch of this.#mongo.read(this.#to.database, this.#to.collection, { filter, batchDocuments: 1000 }))
      for (const raw of batch) keys.add(keyOf(raw));
    return keys;
  }

  /** Takes back what was written too late, and the collection where nothing else is in it: the write has made it anew. */
  async retract(documents: readonly RawDocument[]): Promise<void> {
    const { database, collection } = this.#to;
    const deletes = documents.map((raw) => ({ q: { _id: { $eq: BSON.deserialize(raw, exact)['_id'] } }, limit: 1 }));
    if (deletes.length > 0) await this.#mongo.command(database, { delete: collection, deletes, ordered: false });
    for await (const left of this.#mongo.read(database, collection, { limit: 1 })) if (left.length > 0) return;
    await dropCollection(this.#mongo, database, collection);
  }
}
