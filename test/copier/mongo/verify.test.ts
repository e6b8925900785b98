import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Double, Int32, Long } from 'mongodb';
import type { VerifyResult } from '../../../src/model/copier-mongo.js';
import { describeWithFerretdb, type Ferretdb, startFerretdb } from './support/ferretdb.js';
import { run } from './support/run.js';

describeWithFerretdb('verifying, on a real FerretDB', () => {
  let server: Ferretdb;
  const verify = (): Promise<VerifyResult> => run({ engine: 'mongodb', verb: 'verify', at: server.at, from: 'one', to: 'other' });
  const other = () => server.client.db('other').collection('c');
  const documents = [0, 1, 2, 3].map((n) => ({ _id: n as never, n: new Int32(n), deep: { list: [new Int32(1), 'x'] } }));
  beforeAll(async () => {
    server = await startFerretdb();
    await server.client.db('one').collection('c').insertMany(documents);
    await server.client.db('one').collection('c').createIndex({ n: 1 });
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await server.client.db('other').dropDatabase();
    await other().insertMany(documents.toReversed());
    await other().createIndex({ n: 1 });
  });

  it('finds equal what holds the same documents in another order', async () => {
    expect(await verify()).toMatchObject({ equal: true, documents: 4, differences: [], collections: [{ name: 'c', equal: true }] });
  });

  const changes: readonly (readonly [string, () => Promise<unknown>, string])[] = [
    ['one changed document', () => other().updateOne({ n: 1 }, { $set: { deep: { list: [new Int32(1), 'y'] } } }), 'with other contents'],
    ['one missing document', () => other().deleteOne({ n: 1 }), '4 documents in the source, 3 in the target'],
    ['one extra document', () => other().insertOne({ n: new Int32(1) }), '4 documents in the source, 5 in the target'],
    ['int32 that became int64', () => other().updateOne({ n: 1 }, { $set: { n: Long.fromNumber(1) } }), 'with other contents'],
    ['int32 that became double', () => other().updateOne({ n: 1 }, { $set: { n: new Double(1) } }), 'with other contents'],
    ['a missing index', () => other().dropIndex('n_1'), 'other indexes'],
    ['an extra collection', () => server.client.db('other').collection('d').insertOne({}), 'd: only in the target'],
    ['a missing collection', () => other().drop(), 'c: only in the source'],
  ];
  it.each(changes)('notices %s', async (_title, change, sentence) => {
    await change();
    const { equal, differences } = await verify();
    expect(equal).toBe(false);
    expect(differences).toEqual([expect.stringContaining(sentence)]);
  });

  it('notices other fields in another order', async () => {
    await other().replaceOne({ n: 1 }, { deep: { list: [new Int32(1), 'x'] }, n: new Int32(1) } as never);
    expect((await verify()).differences).toEqual([expect.stringContaining('with other contents')]);
  });

  it('compares with what a copy has read, without reading the source again', async () => {
    const [before] = (await run({ engine: 'mongodb', verb: 'hash', at: server.at, databases: ['one'] })).databases;
    const comparing = () => run({ engine: 'mongodb', verb: 'verify', at: server.at, from: 'one', to: 'other', copied: before?.collections ?? [] });
    const one = server.client.db('one').collection('c');
    await one.insertOne({ _id: 'late' as never });
    expect(await comparing()).toMatchObject({ equal: true, documents: 4, source: { hash: before?.hash } });
    await one.createIndex({ late: 1 });
    expect((await comparing()).differences).toEqual([expect.stringContaining('other indexes')]);
    await one.dropIndex('late_1');
    await one.deleteOne({ _id: 'late' as never });
    await other().insertOne({ _id: 'late' as never });
    expect((await comparing()).differences).toEqual([expect.stringContaining('4 documents in the source, 5 in the target')]);
  });

  it('says that the server only stands in for a MongoDB, and what that proves nothing about', async () => {
    const { standIns } = await verify();
    expect(standIns).toEqual(['source', 'target'].map((which) => expect.stringMatching(new RegExp(`^The ${which} is a stand-in: FerretDB v?1\\.24.*dbHash`))));
  });

  it('reads a collection that no copy has read', async () => {
    expect(await run({ engine: 'mongodb', verb: 'verify', at: server.at, from: 'one', to: 'other', copied: [] })).toMatchObject({ equal: true, documents: 4 });
  });
});
