import type { RawDocument } from '../../adapters/mongo/mongo.js';

export interface BatchLimits {
  readonly maxBytes: number;
  readonly maxDocuments: number;
}

/** 8 MiB and 1,000 documents: a sixth of what a message may hold, and where a server's own costs per batch no longer show. */
export const batchLimits: BatchLimits = { maxBytes: 8 * 1024 * 1024, maxDocuments: 1000 };

/** Cuts documents into batches in their order. A document above the limit goes alone. */
export function* cutBatches(documents: readonly RawDocument[], { maxBytes, maxDocuments }: BatchLimits = batchLimits): Generator<readonly RawDocument[]> {
  let start = 0;
  let bytes = 0;
  for (const [index, { byteLength }] of documents.entries()) {
    if (index > start && (bytes + byteLength > maxBytes || index - start === maxDocuments)) {
      yield documents.slice(start, index);
      start = index;
      bytes = 0;
    }
    bytes += byteLength;
  }
  if (start < documents.length) yield documents.slice(start);
}
