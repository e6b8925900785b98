import type { Mongo } from '../../adapters/mongo/mongo.js';
import type { Space } from '../../model/space.js';

/** Files grow while indexes are built, and a new file begins larger than what it holds. */
const reserve = 1.2;

const bytesOf = (found: unknown): number | undefined => (typeof found === 'number' && found > 0 ? found : undefined);

/** What the source takes on the target's volume, and what is free there; a stand-in tells nothing of its volume. */
export async function readSpace(source: Mongo, from: string, target: Mongo, to: string): Promise<Space> {
  const { storageSize, indexSize, dataSize } = await source.command(from, { dbStats: 1 });
  // What its files take: documents are compressed there, and will be here.
  const neededBytes = Math.ceil(((bytesOf(storageSize) ?? bytesOf(dataSize) ?? 0) + (bytesOf(indexSize) ?? 0)) * reserve);
  const { fsTotalSize, fsUsedSize } = await target.command(to, { dbStats: 1 });
  const [total, used] = [bytesOf(fsTotalSize), bytesOf(fsUsedSize)];
  return { neededBytes, ...(total !== undefined && used !== undefined && { freeBytes: total - used }) };
}
