import type { Mongo } from '../../adapters/mongo/mongo.js';
import { failure } from '../../errors.js';
import type { CopyResult } from '../../model/copier-mongo.js';
import { DocumentHash, totalHash } from './document-hash.js';
import type { KnownUnit } from './unit.js';

async function countExactly(mongo: Mongo, database: string, collection: string): Promise<number> {
  const answer = await mongo.command(database, { aggregate: collection, pipeline: [{ $count: 'documents' }], cursor: {} });
  return Number(answer['cursor'].firstBatch[0]?.documents ?? 0);
}

/** Ranges that left a document out, or took one twice, must not pass for the collection. */
async function requireWhole(mongo: Mongo, from: string, collection: string, units: readonly KnownUnit[], documents: number): Promise<void> {
  if (units.length === 1) return;
  const there = await countExactly(mongo, from, collection);
  if (there === documents) return;
  throw failure(
    'VerifyMismatch',
    `${from}.${collection} holds ${there} documents, its ${units.length} units together ${documents}: somebody wrote to it, or its ids fit no range.`,
    {
      details: { collection, documents: there, unitDocuments: documents },
    },
  );
}

/** What the source held, from the markers alone: hashes of units add up. */
export async function sumUnits(mongo: Mongo, from: string, collections: readonly string[], units: readonly KnownUnit[]): Promise<CopyResult['source']> {
  const sums: { name: string; documents: number; bytes: number; hash: string }[] = [];
  for (const name of collections) {
    const own = units.filter(({ collection }) => collection === name);
    const open = own.filter(({ done }) => !done);
    if (own.length === 0 || open.length > 0) throw failure('CopyFailed', `${from}.${name} has ${open.length} of ${own.length} units without a marker.`);
    const hash = new DocumentHash();
    for (const { done } of own) if (done) hash.merge(done);
    await requireWhole(mongo, from, name, own, hash.documents);
    sums.push({ name, ...hash.summary });
  }
  return { database: from, ...totalHash(sums), collections: sums };
}
