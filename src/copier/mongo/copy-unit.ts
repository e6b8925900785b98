import type { Mongo, RawDocument } from '../../adapters/mongo/mongo.js';
import { isFailure } from '../../errors.js';
import type { AttemptLog } from '../attempt-log.js';
import type { EpochFence } from '../epoch-fence.js';
import type { RateLimit } from '../rate-limit.js';
import { throwIfStopped } from '../stop.js';
import { cutBatches } from './cut-batches.js';
import { DocumentHash } from './document-hash.js';
import type { Ledger } from './ledger.js';
import type { Unit, UnitDone } from './unit.js';
import { BatchWriter, type Destination } from './write-batch.js';

export interface UnitCopy {
  /** Where `from` is; may be the same server. */
  readonly source: Mongo;
  readonly mongo: Mongo;
  readonly ledger: Ledger;
  readonly fence: EpochFence;
  readonly attempts: AttemptLog;
  readonly limit: RateLimit;
  readonly from: string;
  readonly podUid: string;
  readonly signal: AbortSignal;
  /** Told of each batch that is written. */
  readonly onBatch: (documents: number, bytes: number) => void;
}

const bytesOf = (documents: readonly RawDocument[]) => documents.reduce((sum, { byteLength }) => sum + byteLength, 0);

/**
 * What a copier wrote after the target was dropped is taken back by itself: it passed the fence before the drop and wrote after it.
 * Servers that know `collectionUUID` refuse such a write; this is for those that don't. Where a newer attempt has taken the target again, the documents are its own, too.
 */
async function retractIfDropped(writer: BatchWriter, ledger: Ledger, database: string, written: readonly RawDocument[]): Promise<void> {
  const { dropped } = await ledger.epoch();
  if (dropped.includes(database)) await writer.retract(written);
}

async function writeFenced(copy: UnitCopy, writer: BatchWriter, database: string, batch: readonly RawDocument[], hash: DocumentHash): Promise<void> {
  await copy.fence.check();
  const writing = writer.write(batch);
  // While the server works.
  hash.addAll(batch);
  const written = await writing;
  try {
    await copy.fence.check();
  } catch (error) {
    if (isFailure(error, 'Superseded')) await retractIfDropped(writer, copy.ledger, database, written);
    throw error;
  }
}

/** Copies one unit and marks it done; answers what it held. Safe to repeat, at the price of reading it again. */
export async function copyUnit(copy: UnitCopy, unit: Unit, to: Destination, batchDocuments: number): Promise<UnitDone> {
  const { source, mongo, ledger, fence, attempts, limit, from, podUid, signal } = copy;
  const writer = new BatchWriter(mongo, to);
  const hash = new DocumentHash(to.hashKind);
  const attempt = await attempts.begin(unit.id);
  const query = { filter: unit.filter, batchDocuments, ...(to.ordered && { sort: { $natural: 1 } }) };
  for await (const documents of source.read(from, unit.collection, query)) {
    for (const batch of cutBatches(documents)) {
      const bytes = bytesOf(batch);
      attempt.add(batch.length, bytes);
      await limit.take(bytes);
      throwIfStopped(signal);
      await writeFenced(copy, writer, unit.database, batch, hash);
      copy.onBatch(batch.length, bytes);
    }
  }
  await attempt.end();
  await fence.check();
  await ledger.markDone(unit.id, hash.summary, podUid);
  return hash.summary;
}
