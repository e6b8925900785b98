import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { batchLimits, cutBatches } from '../../../src/copier/mongo/cut-batches.js';

describe('cutting documents into batches', () => {
  it('keeps every document once and in order, within both limits, a document that is too big alone', () => {
    const sizes = fc.array(fc.nat(30), { maxLength: 60 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 10 }), (all, maxBytes, maxDocuments) => {
        const documents = all.map((size) => new Uint8Array(size));
        const batches = [...cutBatches(documents, { maxBytes, maxDocuments })];
        expect(batches.flat()).toEqual(documents);
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(maxDocuments);
          const bytes = batch.reduce((sum, { byteLength }) => sum + byteLength, 0);
          expect(batch.length === 1 || bytes <= maxBytes).toBe(true);
        }
      }),
    );
  });

  it('fills a batch before it begins another', () => {
    const ten = Array.from({ length: 10 }, () => new Uint8Array(10));
    expect([...cutBatches(ten, { maxBytes: 40, maxDocuments: 100 })].map(({ length }) => length)).toEqual([4, 4, 2]);
    expect([...cutBatches(ten, { maxBytes: 1000, maxDocuments: 3 })].map(({ length }) => length)).toEqual([3, 3, 3, 1]);
  });

  it('sends at most 8 MiB at once', () => {
    expect(batchLimits.maxBytes).toBe(8 * 1024 * 1024);
  });
});
