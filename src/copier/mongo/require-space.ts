import type { Mongo } from '../../adapters/mongo/mongo.js';
import { failure } from '../../errors.js';

/** Files grow while indexes are built, and a new file begins larger than what it holds. */
const reserve = 1.2;
const gib = 1024 ** 3;

const bytesOf = (found: unknown): number | undefined => (typeof found === 'number' && found > 0 ? found : undefined);

/** NoSpace with both numbers before a document is written, where the target's volume cannot take the source. A server that tells nothing of its volume (a stand-in) is not asked. */
export async function requireSpace(source: Mongo, from: string, target: Mongo, to: string): Promise<void> {
  const { fsTotalSize, fsUsedSize } = await target.command(to, { dbStats: 1 });
  const [total, used] = [bytesOf(fsTotalSize), bytesOf(fsUsedSize)];
  if (total === undefined || used === undefined) return;
  const { storageSize, indexSize, dataSize } = await source.command(from, { dbStats: 1 });
  // What its files take: documents are compressed there, and will be here.
  const needed = ((bytesOf(storageSize) ?? bytesOf(dataSize) ?? 0) + (bytesOf(indexSize) ?? 0)) * reserve;
  const free = total - used;
  if (free >= needed) return;
  const inGib = (bytes: number) => `${(bytes / gib).toFixed(1)} GiB`;
  throw failure('NoSpace', `The copy needs about ${inGib(needed)} on the target's volume; ${inGib(free)} are free.`, { details: { needed, free } });
}
