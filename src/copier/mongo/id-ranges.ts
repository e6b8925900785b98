import { BSON, type Document } from 'mongodb';
import type { Mongo } from '../../adapters/mongo/mongo.js';

/**
 * Types of `_id` that the server compares with one another, by BSON number (a server need not know every alias).
 * A range query never leaves its bracket: `{$gte: ObjectId}` misses every text.
 */
export const brackets: readonly (readonly number[])[] = [
  [1, 16, 18, 19], // double, int32, int64, decimal128
  [2, 14], // text, symbol
  [3], // object
  [5], // binary
  [7], // ObjectId
  [9], // date
];

/** What no bracket holds: null, booleans, timestamps, MinKey, MaxKey and whatever may come. */
const remainder: Document = { _id: { $not: { $type: brackets.flat() } } };

const exact = { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true } as const;

/** The first `_id` that the query finds in the order of the index, from the index alone. */
async function idAt(mongo: Mongo, database: string, collection: string, filter: Document, skip: number): Promise<unknown> {
  for await (const batch of mongo.read(database, collection, { filter, projection: { _id: 1 }, sort: { _id: 1 }, skip, limit: 1 })) {
    const [first] = batch;
    if (first) return BSON.deserialize(first, exact)['_id'];
  }
  return undefined;
}

/** Walks the index of one bracket in strides; a bound is the first `_id` of the next range. */
async function boundsOf(mongo: Mongo, database: string, collection: string, types: readonly number[], documents: number): Promise<readonly unknown[]> {
  const bounds: unknown[] = [];
  let bound = await idAt(mongo, database, collection, { _id: { $type: types } }, documents);
  while (bound !== undefined) {
    bounds.push(bound);
    // `$gt` and one less, not `$gte`: so the walk moves on whatever the server takes for equal.
    bound = await idAt(mongo, database, collection, { _id: { $gt: bound } }, Math.max(0, documents - 1));
  }
  return bounds;
}

/**
 * The first range is what the bracket holds and no later range takes: so NaN, which is neither below nor above anything, belongs to it.
 * Together the ranges hold each document of the bracket once.
 */
export function rangesOf(types: readonly number[], bounds: readonly unknown[]): readonly Document[] {
  const [first, ...others] = bounds;
  if (first === undefined) return [{ _id: { $type: types } }];
  const later = [first, ...others].map((bound, index) => ({ _id: { $gte: bound, ...(others[index] !== undefined && { $lt: others[index] }) } }));
  return [{ _id: { $type: types, $not: { $gte: first } } }, ...later];
}

/** Filters that cut a collection into parts of about `documents` each, every document in exactly one. Needs ranges answered from the index. */
export async function planRanges(mongo: Mongo, database: string, collection: string, documents: number): Promise<readonly Document[]> {
  const filters: Document[] = [];
  for (const types of brackets) {
    const present = await idAt(mongo, database, collection, { _id: { $type: types } }, 0);
    if (present !== undefined) filters.push(...rangesOf(types, await boundsOf(mongo, database, collection, types, documents)));
  }
  return [...filters, remainder];
}
