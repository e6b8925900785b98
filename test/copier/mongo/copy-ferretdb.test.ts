import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Binary, Double, Int32, Long, ObjectId, Timestamp } from 'mongodb';
import { describeWithFerretdb, type Ferretdb, startFerretdb } from './support/ferretdb.js';
import { run } from './support/run.js';

describeWithFerretdb('copying on a real FerretDB', () => {
  let server: Ferretdb;
  beforeAll(async () => {
    server = await startFerretdb();
    const source = server.client.db('old-one');
    await source.collection('users').insertMany(
      Array.from({ length: 2500 }, (_, number) => ({
        n: new Int32(number),
        l: Long.fromNumber(number),
        d: new Double(number),
        at: new Date(number),
        id: new ObjectId(),
        deep: { list: [new Int32(1), 'two', null] },
      })),
    );
    await source
      .collection<{ readonly _id: unknown; readonly [field: string]: unknown }>('mixed')
      .insertMany([
        { _id: 'text', bin: new Binary(Buffer.from('bytes'), 4), yes: true },
        { _id: new Int32(7), ts: new Timestamp({ t: 5, i: 6 }), re: /a+/i },
        { _id: new Double(7.5), z: 1, a: 2 },
        { _id: Long.fromString('9007199254740993') },
      ]);
    await source.collection('users').createIndex({ n: 1 }, { name: 'by-n', unique: true });
    await source.collection('users').createIndex({ n: 1, d: -1 });
    await source.command({ create: 'empty' });
  });
  afterAll(() => server.stop());

  it('brings every collection, document and index under the new name, and proves it', async () => {
    const scope = { at: server.at, run: 'run-1', epoch: 1 };
    const copied = await run({ engine: 'mongodb', verb: 'copy', ...scope, step: 'copy-one', from: 'old-one', to: 'new-one' });
    expect(copied.source).toMatchObject({
      documents: 2504,
      collections: [
        { name: 'empty', documents: 0 },
        { name: 'mixed', documents: 4 },
        { name: 'users', documents: 2500 },
      ],
    });
    expect(copied).toMatchObject({ units: 3, unitsResumed: 0, indexes: 2, views: 0, accounting: { units: 3, unitsDone: 3, attempts: 3, bytesCopiedTwice: 0 } });
    const verified = await run({ engine: 'mongodb', verb: 'verify', at: server.at, from: 'old-one', to: 'new-one', copied: copied.source.collections });
    expect(verified.differences).toEqual([]);
    expect(verified).toMatchObject({ equal: true, documents: 2504, source: { hash: copied.source.hash } });
  });

  it('is held to so many bytes a second, all connections together', async () => {
    const scope = { at: server.at, run: 'run-3', epoch: 1 };
    const copy = (to: string, more: object) => run({ engine: 'mongodb', verb: 'copy', ...scope, step: to, from: 'old-one', to, ...more });
    const { source } = await copy('new-three', {});
    expect((await copy('new-slow', { bytesPerSecond: source.bytes / 2 })).seconds).toBeGreaterThan(1.9);
  });

  it('may be repeated when indexes are there already', async () => {
    const scope = { at: server.at, run: 'run-2', epoch: 1 };
    const copy = () => run({ engine: 'mongodb', verb: 'copy', ...scope, step: 'copy-two', from: 'old-one', to: 'new-two' });
    await copy();
    expect(await copy()).toMatchObject({ unitsResumed: 3, indexes: 2, accounting: { bytesCopiedTwice: 0 } });
    const indexes = await server.client.db('new-two').collection('users').indexes();
    expect(indexes.map(({ name }) => name)).toEqual(expect.arrayContaining(['_id_', 'by-n', 'n_1_d_-1']));
  });
});
