import { describe, expect, it } from '@jest/globals';
import { Long } from 'mongodb';
import { readArchive } from '../../../src/copier/mongo/archive/read-archive.js';
import { DocumentHash } from '../../../src/copier/mongo/document-hash.js';
import { makeArchive } from './support/make-archive.js';
import { toRaw } from './support/shop.js';

const documents = (of: string, count: number) => Array.from({ length: count }, (_, n) => toRaw({ _id: `${of}${n}`, n }));
const collections = [
  { name: 'orders', documents: documents('o', 5), indexes: ['by_n', 'a'] },
  { name: 'customers', documents: documents('c', 2) },
  { name: 'empty', options: { validator: { n: { $type: 'long' } }, size: new Long(7) } },
  { name: 'metrics', type: 'timeseries', documents: documents('m', 3) },
  { name: 'totals', type: 'view', options: { viewOn: 'orders', pipeline: [] } },
] as const;
const none = { options: {}, indexes: [] };
const archive = makeArchive('shop', collections);

/** As a disk or a network gives it. */
async function* inPieces(bytes: Buffer, length: number) {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}
const hashOf = (all: readonly Buffer[]) => {
  const hash = new DocumentHash();
  hash.addAll(all);
  return hash.hash;
};

describe("mongodump's archive", () => {
  it.each([1, 7, 64, 1 << 16])('is read to its end, in pieces of %i bytes', async (length) => {
    expect(await readArchive(inPieces(archive, length))).toEqual({
      collections: [
        { name: 'customers', type: 'collection', documents: 2, hash: hashOf(documents('c', 2)), indexes: [], definition: none },
        {
          name: 'empty',
          type: 'collection',
          documents: 0,
          hash: hashOf([]),
          indexes: [],
          definition: { options: { validator: { n: { $type: 'long' } }, size: { $numberLong: '7' } }, indexes: [] },
        },
        { name: 'metrics', type: 'timeseries', documents: 3, hash: hashOf(documents('m', 3)), indexes: [], definition: none },
        {
          name: 'orders',
          type: 'collection',
          documents: 5,
          hash: hashOf(documents('o', 5)),
          indexes: ['a', 'by_n'],
          definition: { options: {}, indexes: ['a', 'by_n'].map((name) => ({ key: { n: { $numberInt: '1' } }, name })) },
        },
      ],
      views: ['totals'],
      viewDefinitions: { totals: { viewOn: 'orders', pipeline: [] } },
    });
  });

  it('is none wherever it is cut off', async () => {
    for (let length = 0; length < archive.length; length += 1)
      await expect([length, await readArchive(inPieces(archive.subarray(0, length), 512)).catch((error: unknown) => error)]).toEqual([
        length,
        expect.objectContaining({ type: 'DumpIncomplete' }),
      ]);
  });

  it.each([
    ['that is something else', Buffer.from('archive of shop'), 'does not begin'],
    ['with more behind its end', Buffer.concat([archive, Buffer.from('ffffffff', 'hex')]), 'a block without a head'],
    ['with garbage in place of a document', Buffer.concat([archive, Buffer.from('00000000', 'hex')]), 'a document of 0 bytes'],
  ])('%s is refused', async (_what, bytes, words) => {
    await expect(readArchive(inPieces(bytes, 512))).rejects.toMatchObject({ type: 'DumpIncomplete', message: expect.stringContaining(words) });
  });
});
