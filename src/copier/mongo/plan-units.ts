import type { Mongo } from '../../adapters/mongo/mongo.js';
import type { CatalogEntry } from './catalog.js';
import { copiedWhole } from './copy-kind.js';
import { planRanges } from './id-ranges.js';
import { type Unit, unitId } from './unit.js';

export interface UnitPlanning {
  readonly from: string;
  readonly to: string;
  readonly unitBytes: number;
  readonly rangesPushedDown: boolean;
  /** The size that the server tells is that of the documents, not of its files. */
  readonly sizesExact: boolean;
}

const sampleDocuments = 100;

/** From the mean of the first documents, where the server tells the size of its files: progress would end at a third. */
async function estimateBytes(mongo: Mongo, database: string, { name, documents }: CatalogEntry): Promise<number> {
  let [read, bytes] = [0, 0];
  for await (const batch of mongo.read(database, name, { limit: sampleDocuments })) {
    read += batch.length;
    bytes += batch.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }
  return Math.ceil((bytes / Math.max(1, read)) * documents);
}

/** One unit for a collection, or `_id` ranges of about `unitBytes` each for a big one, where the server answers ranges from its index. */
export async function planUnits(
  mongo: Mongo,
  entry: CatalogEntry,
  { from, to, unitBytes, rangesPushedDown, sizesExact }: UnitPlanning,
): Promise<readonly Unit[]> {
  const bytes = sizesExact ? entry.bytes : await estimateBytes(mongo, from, entry);
  const whole = bytes <= unitBytes || copiedWhole(entry) || !rangesPushedDown;
  const documents = Math.max(1, Math.floor((entry.documents * unitBytes) / Math.max(1, bytes)));
  const filters = whole ? [{}] : await planRanges(mongo, from, entry.name, documents);
  const estimatedBytes = Math.ceil(bytes / filters.length);
  return filters.map((filter, number) => ({ id: unitId(to, entry.name, number), database: to, collection: entry.name, number, estimatedBytes, filter }));
}
