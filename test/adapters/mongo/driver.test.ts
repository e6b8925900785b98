import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BSON, Double, Int32, Long } from 'mongodb';
import { connectMongo } from '../../../src/adapters/mongo/driver.js';
import type { Mongo } from '../../../src/adapters/mongo/mongo.js';
import { everyType } from '../../copier/mongo/support/every-type.js';
import { bytes, FakeMongod } from './fake/fake-mongod.js';

describe('the driver behind the port', () => {
  let server: FakeMongod;
  let mongo: Mongo;
  beforeEach(async () => {
    server = new FakeMongod();
    const { uri } = await server.start();
    mongo = await connectMongo({ uri: `${uri}&serverSelectionTimeoutMS=300` }, 4);
  });
  afterEach(async () => {
    await mongo.close();
    await server.stop();
  });
  const readAll = async (batchDocuments: number) => {
    const batches: string[][] = [];
    for await (const batch of mongo.read('d', 'c', { batchDocuments })) batches.push(batch.map((raw) => Buffer.from(raw).toString('hex')));
    return batches;
  };

  it('reads and inserts documents as the bytes they are', async () => {
    expect(await mongo.insert('d', 'c', everyType)).toEqual([]);
    const hex = everyType.map((raw) => raw.toString('hex'));
    expect(server.collection('d', 'c').documents.map((raw) => raw.toString('hex'))).toEqual(hex);
    expect((await readAll(7)).flat()).toEqual(hex);
  });

  it('asks for as many documents at once as it is told', async () => {
    await mongo.insert(
      'd',
      'c',
      Array.from({ length: 10 }, (_, _id) => bytes({ _id })),
    );
    expect((await readAll(4)).map(({ length }) => length)).toEqual([4, 4, 2]);
  });

  it('answers which documents were refused, not what was in them', async () => {
    await mongo.insert('d', 'c', [bytes({ _id: 'canary' })]);
    expect(await mongo.insert('d', 'c', [bytes({ _id: 1 }), bytes({ _id: 'canary' }), bytes({ _id: 2 })])).toEqual([{ index: 1, code: 11000 }]);
  });

  it('tells the types of numbers apart in lists', async () => {
    server.add('d', 'c', { options: { a: new Int32(1), b: new Double(1), c: Long.fromNumber(1) } });
    const [listed] = await mongo.list('d', { listCollections: 1 });
    expect(BSON.EJSON.stringify(listed?.['options'], { relaxed: false })).toBe('{"a":{"$numberInt":"1"},"b":{"$numberDouble":"1.0"},"c":{"$numberLong":"1"}}');
  });

  it('ends a read that nobody finishes, and passes a failure in the middle of one', async () => {
    await mongo.insert(
      'd',
      'c',
      Array.from({ length: 10 }, (_, _id) => bytes({ _id })),
    );
    for await (const _batch of mongo.read('d', 'c', { batchDocuments: 2 })) break;
    server.before = (name) => (name === 'getMore' ? server.stop() : undefined);
    await expect(readAll(2)).rejects.toMatchObject({ type: 'Unreachable' });
  });

  it('says which server it cannot reach, without the password', async () => {
    const failed = await connectMongo({ uri: 'mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300', user: { name: 'me', password: 'canary' } }, 1).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({ type: 'Unreachable', message: expect.stringContaining('127.0.0.1:1') });
    expect(String((failed as Error).message)).not.toContain('canary');
  });
});
