import { BSON, type Document } from 'mongodb';
import type { Mongo } from '../../adapters/mongo/mongo.js';
import { isFailure } from '../../errors.js';
import type { Json } from '../../model/kube-object.js';

/** A collection or view as the server lists it; BSON types in options and indexes are kept apart. */
export interface CatalogEntry {
  readonly name: string;
  readonly type: 'collection' | 'view' | 'timeseries';
  readonly options: Document;
  readonly uuid?: Document;
  /** Without what comes with the collection itself. */
  readonly indexes: readonly Document[];
  /** The server's own count: exact on a server that was never killed, good enough to plan with. */
  readonly documents: number;
  readonly bytes: number;
}

/** The server's own, made anew by it, or not data: buckets belong to their time series, views to the list itself. `system.js` is users' data. */
const isServersOwn = (name: string) => name.startsWith('system.') && name !== 'system.js';

const byName = (a: Document, b: Document) => (String(a['name']) < String(b['name']) ? -1 : 1);

export const toJson = (document: Document): Json => BSON.EJSON.serialize(document, { relaxed: false }) as Json;

/** Exact documents of an index, without what a server adds by itself: its version, the namespace, and `background`, which says nothing since 4.2. */
function definedIndex({ v: _v, ns: _ns, background: _background, ...index }: Document): Document {
  return index;
}

/** As they are defined, without the one on `_id` and without the key of a clustered collection: both come with it. */
export const ownIndexes = (listed: readonly Document[]): readonly Document[] =>
  listed
    .filter((index) => index['name'] !== '_id_' && index['clustered'] !== true)
    .map(definedIndex)
    .toSorted(byName);

export async function listIndexes(mongo: Mongo, database: string, name: string): Promise<readonly Document[]> {
  return ownIndexes(await mongo.list(database, { listIndexes: name }));
}

async function entryOf(mongo: Mongo, database: string, listed: Document): Promise<CatalogEntry> {
  const { name, type = 'collection', options = {}, info } = listed;
  if (type === 'view') return { name, type, options, indexes: [], documents: 0, bytes: 0 };
  const stats = await mongo.command(database, { collStats: name });
  return {
    name,
    type,
    options,
    ...(info?.uuid && { uuid: info.uuid }),
    indexes: await listIndexes(mongo, database, name),
    documents: Number(stats['count'] ?? stats['timeseries']?.numMeasurementsCommitted ?? 0),
    bytes: Number(stats['size'] ?? 0),
  };
}

/** All of a database by name; empty when there is no such database. */
export async function readCatalog(mongo: Mongo, database: string): Promise<readonly CatalogEntry[]> {
  const listed = await mongo.list(database, { listCollections: 1 });
  const own = listed.filter(({ name }) => !isServersOwn(name)).toSorted(byName);
  const entries: CatalogEntry[] = [];
  for (const one of own) entries.push(await entryOf(mongo, database, one));
  return entries;
}

/** Drops a collection; absent is fine. */
export async function dropCollection(mongo: Mongo, database: string, collection: string): Promise<void> {
  try {
    await mongo.command(database, { drop: collection, writeConcern: { w: 'majority' } });
  } catch (error) {
    if (!isFailure(error, 'NotFound')) throw error;
  }
}

/** By collection; a time series has none that a write could name. */
export async function readUuids(mongo: Mongo, database: string): Promise<ReadonlyMap<string, Document>> {
  const listed = await mongo.list(database, { listCollections: 1 });
  return new Map(listed.filter(({ type, info }) => type === 'collection' && info?.uuid).map(({ name, info }) => [name as string, info.uuid as Document]));
}
