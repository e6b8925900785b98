import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Binary, BSON, Int32, ObjectId } from 'mongodb';
import type { ReadCollection } from '../../../src/model/copier-mongo.js';
import type { MongoAddress } from '../../../src/model/mongo-facts.js';
import { bytes, FakeMongod } from '../../adapters/mongo/fake/fake-mongod.js';
import { run } from './support/run.js';

describe('verifying by what both servers hash themselves, at the driver', () => {
  let server: FakeMongod;
  let at: MongoAddress;
  let copied: readonly ReadCollection[];
  const parse = (raw: Uint8Array) => BSON.deserialize(raw, { promoteValues: false });
  beforeEach(async () => {
    server = new FakeMongod();
    at = await server.start();
    server.add('old', 'big', { documents: Array.from({ length: 5000 }, (_, n) => bytes({ _id: new Int32(n), n: new Int32(n) })) });
    server.add('old', 'ring', { options: { capped: true, size: new Int32(4096) }, documents: [3, 1, 2].map((_id) => bytes({ _id })) });
    server.add('old', 'metrics', { type: 'timeseries', options: { timeseries: { timeField: 'at' } }, documents: [bytes({ at: new Date(1), n: 1 })] });
    copied = (await run({ engine: 'mongodb', verb: 'copy', at, run: 'r', epoch: 1, step: 's', from: 'old', to: 'new' })).source.collections;
    server.commands.length = 0;
  });
  afterEach(() => server.stop());
  const verify = () => run({ engine: 'mongodb', verb: 'verify', at, from: 'old', to: 'new', copied });
  const read = () => server.logged('find').map(({ database, command }) => `${database}.${command['find']}`);

  it('reads no document but those of time series, whose buckets are cut as they came', async () => {
    const { equal, collections, standIns, source } = await verify();
    expect({ equal, standIns }).toEqual({ equal: true, standIns: [] });
    expect(collections.map(({ name, byServers }) => [name, byServers])).toEqual([
      ['big', true],
      ['metrics', undefined],
      ['ring', true],
    ]);
    expect(read()).toEqual(['new.metrics']);
    expect(source.documents).toBe(5004);
  });

  it('reads what the servers find different, and names the range of ids', async () => {
    const changed = server.collection('new', 'big');
    changed.documents = changed.documents.map((raw) => (Number(parse(raw)['_id']) === 2345 ? bytes({ _id: new Int32(2345), n: new Int32(1) }) : raw));
    const { equal, differences } = await verify();
    expect(equal).toBe(false);
    expect(differences).toEqual(['big: as many documents on both sides, but with other contents. Where {"_id":{"$gte":2000,"$lt":3000}}.']);
  });

  describe('where ids are', () => {
    const number = (n: number) => String(n).padStart(4, '0');
    it.each([
      ['texts', (n: number) => `canary-${number(n)}@example.org`, 'range 2 of 3 by _id'],
      ['documents of their own', (n: number) => ({ mail: `canary-${number(n)}` }), 'range 2 of 3 by _id'],
      ['binaries', (n: number) => new Binary(Buffer.from(`canary-${number(n)}`)), 'range 2 of 3 by _id'],
      ['ObjectIds', (n: number) => new ObjectId(`${'0'.repeat(20)}${number(n)}`), '{"_id":{"$gte":{"$oid":"000000000000000000001000"}}}'],
      ['dates', (n: number) => new Date(n), '{"_id":{"$gte":{"$date":"1970-01-01T00:00:01Z"}}}'],
    ])('%s, quotes none that people may have made', async (_what, id, range) => {
      for (const database of ['old', 'new'])
        server.add(database, 'users', { documents: Array.from({ length: 1200 }, (_, n) => bytes({ _id: id(n), n: new Int32(n) })) });
      server.collection('new', 'users').documents[1100] = bytes({ _id: id(1100), n: new Int32(1) });
      expect((await verify()).differences).toEqual([`users: as many documents on both sides, but with other contents. Where ${range}.`]);
    });
  });

  it('names some of many ranges', async () => {
    server.collection('new', 'big').documents = server.collection('new', 'big').documents.filter((raw) => Number(parse(raw)['_id']) % 2 === 0);
    const [difference] = (await verify()).differences;
    expect(difference).toMatch(/^big: 5000 documents in the source, 2500 in the target\. Where .* and .* and .* and 2 more ranges\.$/);
  });

  it('reads the source again where it is not what was copied, so that this shows', async () => {
    server.collection('old', 'big').documents.push(bytes({ _id: 'late' }));
    const { source, differences } = await verify();
    expect(source.documents).toBe(5005);
    expect(differences).toEqual([expect.stringMatching(/^big: 5001 documents in the source, 5000 in the target/)]);
  });

  it('notices another order in a capped collection, with and without dbHash', async () => {
    server.collection('new', 'ring').documents.reverse();
    expect((await verify()).differences).toEqual(['ring: as many documents on both sides, but with other contents.']);
    server.missing.add('dbHash');
    expect((await verify()).differences).toEqual(['ring: as many documents on both sides, but with other contents.']);
  });

  it('reads everything where a server knows no dbHash', async () => {
    server.missing.add('dbHash');
    expect(await verify()).toMatchObject({ equal: true, collections: [expect.not.objectContaining({ byServers: true }), {}, {}] });
    expect(read().toSorted()).toEqual(['new.big', 'new.metrics', 'new.ring']);
  });
});
