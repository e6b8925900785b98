import type { Document } from 'mongodb';
import type { Mongo } from '../../adapters/mongo/mongo.js';
import { isFailure } from '../../errors.js';
import type { EpochFence } from '../epoch-fence.js';
import { type CatalogEntry, dropCollection, listIndexes } from './catalog.js';
import { begunAnew } from './copy-kind.js';
import { orderViews } from './order-views.js';

const majority = { writeConcern: { w: 'majority' } };

/** Makes what is not there; one that is there was made by this run, whose database it is. */
async function createIfAbsent(mongo: Mongo, database: string, { name, options }: CatalogEntry): Promise<void> {
  try {
    await mongo.command(database, { create: name, ...options, ...majority });
  } catch (error) {
    if (!isFailure(error, 'AlreadyExists')) throw error;
  }
}

/** Makes the target's collections with their options, those anew that a killed attempt may have left half filled and that can't be filled up. */
export async function makeCollections(
  mongo: Mongo,
  fence: EpochFence,
  database: string,
  entries: readonly CatalogEntry[],
  done: ReadonlySet<string>,
): Promise<void> {
  for (const entry of entries) {
    await fence.check();
    if (begunAnew(entry) && !done.has(entry.name)) await dropCollection(mongo, database, entry.name);
    await createIfAbsent(mongo, database, entry);
  }
}

/** An index that is listed without a collation has the simple one. Made without one, it would take that of its collection; and one of text refuses any other. */
const withCollation = (index: Document, options: Document): Document =>
  options['collation'] === undefined || index['collation'] !== undefined ? index : { ...index, collation: { locale: 'simple' } };

/**
 * Those that are missing at once, so that the collection is read once. One that is there may still be in the making by an attempt before: asked for again,
 * the server answers when it is made; one by one, since FerretDB 1.24 panics over two that are there.
 */
async function createIndexes(mongo: Mongo, database: string, { name, options, indexes: wanted }: CatalogEntry): Promise<void> {
  const indexes = wanted.map((index) => withCollation(index, options));
  const there = new Set((await listIndexes(mongo, database, name)).map((index) => index['name']));
  const missing = indexes.filter((index) => !there.has(index['name']));
  const found = indexes.filter((index) => there.has(index['name']));
  for (const part of [missing, ...found.map((index) => [index])])
    if (part.length > 0) await mongo.command(database, { createIndexes: name, indexes: part, ...majority });
}

/** Indexes when the data is there, since building one is far cheaper than keeping it up; views last, each after those that it reads. */
export async function makeIndexesAndViews(
  mongo: Mongo,
  fence: EpochFence,
  database: string,
  catalog: readonly CatalogEntry[],
): Promise<{ readonly indexes: number; readonly views: number }> {
  const indexed = catalog.filter(({ indexes }) => indexes.length > 0);
  for (const entry of indexed) {
    await fence.check();
    await createIndexes(mongo, database, entry);
  }
  const views = orderViews(catalog.filter(({ type }) => type === 'view'));
  for (const view of views) {
    await fence.check();
    await createIfAbsent(mongo, database, view);
  }
  return { indexes: indexed.reduce((sum, { indexes }) => sum + indexes.length, 0), views: views.length };
}
