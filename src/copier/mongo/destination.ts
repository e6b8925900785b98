import type { Document } from 'mongodb';
import type { Mongo } from '../../adapters/mongo/mongo.js';
import type { PingResult } from '../../model/copier-mongo.js';
import { type CatalogEntry, readUuids } from './catalog.js';
import { hashKind } from './copy-kind.js';
import type { Destination } from './write-batch.js';

/** How to write into each collection of the target. */
export async function destinationsOf(
  mongo: Mongo,
  server: PingResult,
  database: string,
  data: readonly CatalogEntry[],
): Promise<ReadonlyMap<string, Destination>> {
  const { collectionUuid, rangeQueriesPushedDown } = server.capabilities;
  const uuids: ReadonlyMap<string, Document> = collectionUuid ? await readUuids(mongo, database) : new Map();
  return new Map(
    data.map((entry) => {
      const { name, options } = entry;
      const uuid = uuids.get(name);
      const destination: Destination = {
        database,
        collection: name,
        ...(uuid && { collectionUuid: uuid }),
        ordered: options['capped'] === true,
        hashKind: hashKind(entry),
        bypassValidation: options['validator'] !== undefined,
        idsPushedDown: rangeQueriesPushedDown,
        fillsTimestamps: server.flavor === 'mongodb',
      };
      return [name, destination];
    }),
  );
}
