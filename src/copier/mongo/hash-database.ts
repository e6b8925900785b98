import type { Document } from 'mongodb';
import type { Mongo } from '../../adapters/mongo/mongo.js';
import type { CollectionHash, DatabaseHash, ReadCollection } from '../../model/copier-mongo.js';
import { runSideBySide } from '../run-side-by-side.js';
import { throwIfStopped } from '../stop.js';
import { type CatalogEntry, readCatalog, toJson } from './catalog.js';
import { hashKind } from './copy-kind.js';
import { DocumentHash, totalHash } from './document-hash.js';

const batchDocuments = 2000;

export interface Hashing {
  readonly mongo: Mongo;
  readonly signal: AbortSignal;
  /** Collections read side by side. */
  readonly hands: number;
  readonly onBatch: (documents: number, bytes: number) => void;
}

type Readable = Pick<CatalogEntry, 'name' | 'type' | 'options'>;

/** `filter`: a part of it. */
export async function readCollection({ mongo, signal, onBatch }: Hashing, database: string, entry: Readable, filter: Document = {}): Promise<ReadCollection> {
  const { name } = entry;
  const kind = hashKind(entry);
  const hash = new DocumentHash(kind);
  for await (const batch of mongo.read(database, name, { filter, batchDocuments, ...(kind === 'sequence' && { sort: { $natural: 1 } }) })) {
    throwIfStopped(signal);
    const before = hash.bytes;
    hash.addAll(batch);
    onBatch(batch.length, hash.bytes - before);
  }
  return { name, ...hash.summary };
}

/** Reads every document of a database once, but for collections that were read `before`. An absent database hashes like an empty one. */
export async function hashDatabase(hashing: Hashing, database: string, before: readonly ReadCollection[] = []): Promise<DatabaseHash> {
  const catalog = await readCatalog(hashing.mongo, database);
  const collections: CollectionHash[] = [];
  const biggestFirst = catalog.filter(({ type }) => type !== 'view').toSorted((a, b) => b.bytes - a.bytes);
  await runSideBySide(biggestFirst, hashing.hands, async (entry) => {
    const { name, options, indexes } = entry;
    const read = before.find((each) => each.name === name) ?? (await readCollection(hashing, database, entry));
    collections.push({ ...read, options: toJson(options), indexes: indexes.map(toJson) });
  });
  collections.sort((a, b) => (a.name < b.name ? -1 : 1));
  const views = catalog.filter(({ type }) => type === 'view').map(({ name, options }) => ({ name, definition: toJson(options) }));
  return { database, ...totalHash(collections), collections, views };
}
