import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Binary, BSON, Int32, Long, ObjectId, Timestamp } from 'mongodb';
import type { MongoAddress } from '../../../src/model/mongo-facts.js';
import { FakeMongod } from '../../adapters/mongo/fake/fake-mongod.js';
import { everyId, everyType } from './support/every-type.js';
import { run } from './support/run.js';

const raw = (document: object) => Buffer.from(BSON.serialize(document));

describe('copying what FerretDB has not, at the driver', () => {
  let server: FakeMongod;
  let at: MongoAddress;
  beforeEach(async () => {
    server = new FakeMongod();
    at = await server.start();
  });
  afterEach(() => server.stop());
  const copy = (more: { readonly unitBytes?: number; readonly epoch?: number } = {}) =>
    run({ engine: 'mongodb', verb: 'copy', at, run: 'r', epoch: 1, step: 's', from: 'old', to: 'new', ...more });

  it('keeps every BSON type as the bytes it was', async () => {
    server.add('old', 'types', { documents: [...everyType] });
    await copy();
    expect(server.contents('new', 'types')).toEqual(everyType.map((one) => one.toString('hex')).toSorted());
    expect(await run({ engine: 'mongodb', verb: 'verify', at, from: 'old', to: 'new' })).toMatchObject({ equal: true, documents: everyType.length });
  });

  it('cuts a big collection into ranges of its ids that together hold each document once, whatever the types of its ids', async () => {
    const ids = [...everyId, ...Array.from({ length: 300 }, (_, n) => ({ _id: n % 3 === 0 ? new Int32(n) : n % 3 === 1 ? `text ${n}` : new ObjectId() }))];
    server.add('old', 'big', { documents: ids.map(raw) });
    const { units, source, accounting } = await copy({ unitBytes: 500 });
    expect(units).toBeGreaterThan(12);
    expect(source.documents).toBe(ids.length);
    expect(accounting.bytesCopiedTwice).toBe(0);
    expect(server.contents('new', 'big')).toEqual(server.contents('old', 'big'));
  });

  it('cuts ranges of the size asked for, with what no range holds at the end', async () => {
    const documents = Array.from({ length: 12 }, (_, n) => raw({ _id: new Int32(n) }));
    server.add('old', 'even', { documents });
    await copy({ unitBytes: Number(documents[0]?.length) * 4 });
    const units = server
      .collection('rehelm', 'units_r')
      .documents.map((one) => BSON.deserialize(one))
      .filter(({ kind }) => kind === 'unit');
    expect(units.map(({ done }) => done.documents)).toEqual([4, 4, 4, 0]);
  });

  it('ends in the middle of a unit when it is asked to, between two batches', async () => {
    server.add('old', 'one', { documents: Array.from({ length: 2500 }, (_, n) => raw({ _id: new Int32(n) })) });
    const stop = new AbortController();
    const request = { engine: 'mongodb', verb: 'copy', at, run: 'r', epoch: 1, step: 's', from: 'old', to: 'new' } as const;
    await expect(run(request, { signal: stop.signal, progress: () => stop.abort() })).rejects.toMatchObject({ type: 'NotReady' });
    expect(server.collection('new', 'one').documents).toHaveLength(1000);
    expect(await run({ engine: 'mongodb', verb: 'accounting', at, run: 'r' })).toMatchObject({ units: 1, unitsDone: 0, attempts: 1, bytesCopiedTwice: 0 });
  });

  it('holds for any ids and any size of unit', async () => {
    const id = fc.oneof(
      fc.integer(),
      fc.double(),
      fc.string({ maxLength: 4 }),
      fc.boolean(),
      fc.constantFrom(...everyId.map(({ _id }) => _id)),
      fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }).map((n) => Long.fromBigInt(n)),
      fc.date({ noInvalidDate: true }),
    );
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(id, { minLength: 1, maxLength: 60 }), fc.integer({ min: 20, max: 2000 }), async (ids, unitBytes) => {
        const [from, to] = [`old${++round}`, `new${round}`];
        // As a server would: ids that compare as equal are one id.
        const unique = new Map(ids.map((_id) => [typeof _id === 'number' || _id instanceof Long ? Number(_id) + 0 : BSON.EJSON.stringify({ _id }), _id]));
        server.add(from, 'c', { documents: [...unique.values()].map((_id) => raw({ _id })) });
        const { source } = await run({ engine: 'mongodb', verb: 'copy', at, run: `r${round}`, epoch: 1, step: 's', from, to, unitBytes });
        expect(source.documents).toBe(unique.size);
        expect(server.contents(to, 'c')).toEqual(server.contents(from, 'c'));
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it('makes collections with their options first, indexes after the data, views last, all with the types they were written with', async () => {
    const validator = { n: { $gte: Long.fromNumber(1) } };
    const pipeline = [{ $match: { n: { $lt: new Int32(9) } } }];
    const index = {
      key: { n: 1 },
      name: 'n',
      v: 2,
      unique: true,
      partialFilterExpression: { n: { $gt: Long.fromNumber(0) } },
      collation: { locale: 'de', strength: 2 },
    };
    server.add('old', 'a-view', { type: 'view', options: { viewOn: 'checked', pipeline } });
    server.add('old', 'checked', {
      options: { validator, validationLevel: 'moderate', collation: { locale: 'de' } },
      documents: [raw({ _id: 1, n: -5 })],
      indexes: [index],
    });
    server.add('old', 'metrics', {
      type: 'timeseries',
      options: { timeseries: { timeField: 'at', metaField: 'of', granularity: 'hours' }, expireAfterSeconds: Long.fromNumber(3600) },
      documents: [raw({ at: new Date(1), of: 'x' }), raw({ at: new Date(1), of: 'x' })],
    });
    server.add('old', 'ring', { options: { capped: true, size: new Int32(4096) }, documents: [3, 1, 2].map((_id) => raw({ _id })) });
    expect(await copy({ unitBytes: 1 })).toMatchObject({ units: 2 + 1 + 1, indexes: 1, views: 1 });
    const writes = server.commands.filter(({ database, name }) => database === 'new' && ['create', 'insert', 'createIndexes'].includes(name));
    expect(writes.map(({ name, command }) => `${name} ${command[name]}`)).toEqual([
      ...['checked', 'metrics', 'ring'].map((name) => `create ${name}`),
      ...['checked', 'metrics', 'ring'].map(() => expect.stringContaining('insert')),
      'createIndexes checked',
      'create a-view',
    ]);
    const exact = (value: unknown) => BSON.EJSON.stringify(value, { relaxed: false });
    for (const name of ['a-view', 'checked', 'metrics', 'ring'])
      expect(exact(server.collection('new', name).options)).toBe(exact(server.collection('old', name).options));
    expect(exact(server.collection('new', 'checked').indexes)).toBe(exact([{ v: 2, ...(({ v: _v, ...rest }) => rest)(index) }]));
    expect(server.collection('new', 'ring').documents.map((one) => BSON.deserialize(one)['_id'])).toEqual([3, 1, 2]);
    expect(server.logged('insert').find(({ command }) => command['insert'] === 'ring')?.command).toMatchObject({ ordered: true });
    expect(server.logged('find').find(({ command }) => command['find'] === 'ring')?.command['sort']).toEqual({ $natural: new Int32(1) });
    expect(await run({ engine: 'mongodb', verb: 'verify', at, from: 'old', to: 'new' })).toMatchObject({ equal: true, differences: [] });
  });

  it('keeps an index without a collation apart from the collation of its collection', async () => {
    const german = { locale: 'de', strength: new Int32(2) };
    const indexes = [
      { v: 2, key: { mail: 1 }, name: 'simple' },
      { v: 2, key: { name: 1 }, name: 'german', collation: german },
    ];
    server.add('old', 'people', { options: { collation: german }, indexes });
    await copy();
    expect(server.collection('new', 'people').indexes.map(({ collation }) => collation?.locale)).toEqual(['de', undefined]);
    expect(await run({ engine: 'mongodb', verb: 'verify', at, from: 'old', to: 'new' })).toMatchObject({ equal: true, differences: [] });
  });

  it('copies a clustered collection as one unit, with its key, and fills up what a killed attempt left of it', async () => {
    const clusteredIndex = { v: new Int32(2), key: { _id: new Int32(1) }, name: 'by day', unique: true };
    const documents = Array.from({ length: 40 }, (_, n) => raw({ _id: new Int32(n) }));
    server.add('old', 'days', { options: { clusteredIndex }, documents });
    server.add('new', 'days', { options: { clusteredIndex }, documents: documents.slice(0, 3) });
    server.add('rehelm', 'units_r', { documents: [raw({ _id: 'target/new', kind: 'target', database: 'new' })] });
    expect(await copy({ unitBytes: 50 })).toMatchObject({ units: 1, indexes: 0, source: { documents: 40 } });
    expect(server.logged('drop')).toEqual([]);
    expect(server.contents('new', 'days')).toEqual(server.contents('old', 'days'));
  });

  it('makes a view after those that it reads, whatever their names', async () => {
    const view = (name: string, viewOn: string, ...pipeline: object[]) => server.add('old', name, { type: 'view', options: { viewOn, pipeline } });
    server.add('old', 'orders');
    view('a', 'orders', { $lookup: { from: 'c', as: 'x' } });
    view('b', 'a');
    view('c', 'orders', { $facet: { all: [{ $unionWith: 'e' }, { $graphLookup: { from: 'd', as: 'y' } }] } });
    view('d', 'orders');
    view('e', 'orders', { $unionWith: { coll: 'd', pipeline: [] } });
    expect(await copy()).toMatchObject({ views: 5 });
    const made = server.logged('create').map(({ command }) => command['create']);
    expect(made).toEqual(['orders', 'd', 'e', 'c', 'a', 'b']);
  });

  it('cuts anew where a kill left half a plan', async () => {
    server.add('old', 'even', { documents: [raw({ _id: 1 })] });
    server.add('rehelm', 'units_r', {
      documents: [
        raw({ _id: 'unit/new/even/7', kind: 'unit', database: 'new', collection: 'even', number: 7, estimatedBytes: 1, filter: new Binary(raw({})) }),
      ],
    });
    expect(await copy()).toMatchObject({ units: 1, source: { documents: 1 } });
  });

  it('notices a document that came while ranges were copied, or that none of them holds', async () => {
    const old = server.add('old', 'even', { documents: Array.from({ length: 12 }, (_, n) => raw({ _id: new Int32(n) })) });
    server.before = (name) => {
      if (name === 'aggregate') old.documents.push(raw({ _id: 'late' }));
    };
    await expect(copy({ unitBytes: 50 })).rejects.toMatchObject({
      type: 'VerifyMismatch',
      details: [{ collection: 'even', documents: 13, unitDocuments: 12 }],
    });
  });

  it('passes over the validator, names the collection by its uuid, and keeps empty timestamps only where there are some', async () => {
    server.add('old', 'checked', { options: { validator: {} }, documents: [raw({ _id: 1 })] });
    server.add('old', 'stamped', { documents: [raw({ _id: 1, at: new Timestamp({ t: 0, i: 0 }) })] });
    await copy();
    const inserts = new Map(server.logged('insert').map(({ command }) => [command['insert'], command]));
    expect(inserts.get('checked')).toMatchObject({
      ordered: false,
      writeConcern: { w: 'majority' },
      bypassDocumentValidation: true,
      collectionUUID: expect.anything(),
    });
    expect(inserts.get('checked')).not.toHaveProperty('bypassEmptyTsReplacement');
    expect(inserts.get('stamped')).toMatchObject({ bypassEmptyTsReplacement: true });
    expect(inserts.get('stamped')).not.toHaveProperty('bypassDocumentValidation');
  });

  it('fills a capped collection and a time series from nothing again when an attempt was killed before their marker', async () => {
    server.add('old', 'ring', { options: { capped: true, size: new Int32(4096) }, documents: [3, 1, 2].map((_id) => raw({ _id })) });
    server.add('old', 'metrics', {
      type: 'timeseries',
      options: { timeseries: { timeField: 'at' } },
      documents: [raw({ at: new Date(1) }), raw({ at: new Date(1) })],
    });
    await copy();
    const marked = server.collection('rehelm', 'units_r');
    marked.documents = marked.documents.map((one) => {
      const { done: _done, ...unit } = BSON.deserialize(one, { promoteValues: false });
      return raw(unit);
    });
    await copy();
    expect(server.contents('new', 'metrics')).toEqual(server.contents('old', 'metrics'));
    expect(server.collection('new', 'ring').documents.map((one) => BSON.deserialize(one)['_id'])).toEqual([3, 1, 2]);
  });

  it('refuses what it cannot move, before anything is written', async () => {
    server.add('old', 'secret', { options: { encryptedFields: {} } });
    await expect(copy()).rejects.toMatchObject({ type: 'PreflightFailed', message: expect.stringContaining('Queryable Encryption') });
    expect(server.databases.has('new')).toBe(false);
  });
});
