import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { connectMongo } from '../../../src/adapters/mongo/driver.js';
import type { ConnectMongo, Mongo } from '../../../src/adapters/mongo/mongo.js';
import { describeWithFerretdb, type Ferretdb, startFerretdb } from './support/ferretdb.js';
import { run } from './support/run.js';

/** A connection that waits at its first insert, between the fence's check and the write, or before it reads the source. */
function pausingConnect(where: 'insert' | 'read' = 'insert'): { readonly connect: ConnectMongo; readonly reached: Promise<void>; readonly goOn: () => void } {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const connect: ConnectMongo = async (at, connections) => {
    const mongo = await connectMongo(at, connections);
    const pause = async () => {
      reached.resolve();
      await gate.promise;
    };
    const insert: Mongo['insert'] = async (...args) => {
      if (where === 'insert') await pause();
      return mongo.insert(...args);
    };
    const read: Mongo['read'] = async function* (database, ...args) {
      // The copy itself, not the sample that sizes are estimated from.
      if (where === 'read' && database === 'old' && args[1].batchDocuments !== undefined) await pause();
      yield* mongo.read(database, ...args);
    };
    return { command: mongo.command.bind(mongo), list: mongo.list.bind(mongo), read, insert, close: () => mongo.close() };
  };
  return { connect, reached: reached.promise, goOn: gate.resolve };
}

describeWithFerretdb('taking a copy back, on a real FerretDB', () => {
  let server: Ferretdb;
  let scope: { readonly at: Ferretdb['at']; readonly run: string; readonly epoch: number };
  const copy = (more: object = {}, context = {}) => run({ engine: 'mongodb', verb: 'copy', ...scope, step: 's', from: 'old', to: 'new', ...more }, context);
  const drop = (more: object = {}) => run({ engine: 'mongodb', verb: 'drop', ...scope, epoch: 2, database: 'new', ...more });
  const collections = async (database: string) => (await server.client.db(database).listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
  let runs = 0;
  beforeAll(async () => {
    server = await startFerretdb();
    await server.client
      .db('old')
      .collection('a')
      .insertMany([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    scope = { at: server.at, run: `run-${++runs}`, epoch: 1 };
    await server.client.db('new').dropDatabase();
  });

  it('refuses a target that holds anything this run did not write, and leaves it as it is', async () => {
    await server.client.db('new').collection('theirs').insertOne({ mine: false });
    await expect(copy()).rejects.toMatchObject({ type: 'TargetNotEmpty', message: expect.stringContaining('theirs') });
    await expect(drop()).rejects.toMatchObject({ type: 'NotOurs' });
    expect(await collections('new')).toEqual(['theirs']);
    expect(await server.client.db('new').collection('theirs').countDocuments()).toBe(1);
  });

  it('refuses a source that is not there, and one that is the target', async () => {
    await expect(copy({ from: 'nowhere' })).rejects.toMatchObject({ type: 'NotFound' });
    await expect(copy({ to: 'old' })).rejects.toMatchObject({ type: 'PreflightFailed' });
  });

  it('drops what it copied, can do so twice, and can copy again', async () => {
    await copy();
    expect(await drop()).toEqual({ dropped: true });
    expect(await collections('new')).toEqual([]);
    expect(await drop()).toEqual({ dropped: false });
    expect(await run({ engine: 'mongodb', verb: 'accounting', at: server.at, run: scope.run })).toEqual({
      units: 0,
      unitsDone: 0,
      attempts: 0,
      bytes: 0,
      bytesCopiedTwice: 0,
      mostBytesOfOnePod: 0,
    });
    expect(await copy({ epoch: 3 })).toMatchObject({ unitsResumed: 0, source: { documents: 3 } });
    expect(await run({ engine: 'mongodb', verb: 'verify', at: server.at, from: 'old', to: 'new' })).toMatchObject({ equal: true });
  });

  it('leaves alone what somebody made there after its own drop', async () => {
    await copy();
    await drop();
    await server.client.db('new').collection('theirs').insertOne({ mine: false });
    await expect(drop()).rejects.toMatchObject({ type: 'NotOurs' });
    await expect(copy({ epoch: 2 })).rejects.toMatchObject({ type: 'TargetNotEmpty' });
    expect(await collections('new')).toEqual(['theirs']);
  });

  it('drops nothing when it never copied', async () => {
    expect(await drop()).toEqual({ dropped: false });
    expect(await collections('old')).toEqual(['a']);
  });

  it('goes on from its own half-filled target', async () => {
    await copy();
    await server.client
      .db('rehelm')
      .collection(`units_${scope.run}`)
      .updateMany({ kind: 'unit' }, { $unset: { done: '' } });
    await server.client.db('new').collection('a').deleteOne({ n: 2 });
    expect(await copy()).toMatchObject({ unitsResumed: 0, source: { documents: 3 } });
    expect(await run({ engine: 'mongodb', verb: 'verify', at: server.at, from: 'old', to: 'new' })).toMatchObject({ equal: true });
  });

  it('counts the bytes of a unit that was made to run twice', async () => {
    const { source } = await copy({}, { podUid: 'pod-1' });
    await server.client
      .db('rehelm')
      .collection(`units_${scope.run}`)
      .updateMany({ kind: 'unit' }, { $unset: { done: '' } });
    const again = await copy({}, { podUid: 'pod-2' });
    expect(again.accounting).toEqual({
      units: 1,
      unitsDone: 1,
      attempts: 2,
      bytes: source.bytes,
      bytesCopiedTwice: source.bytes,
      mostBytesOfOnePod: source.bytes,
    });
    await server.client
      .db('rehelm')
      .collection(`units_${scope.run}`)
      .updateMany({ kind: 'unit' }, { $unset: { done: '' } });
    expect((await copy({}, { podUid: 'pod-2' })).accounting).toMatchObject({ attempts: 2, bytesCopiedTwice: source.bytes * 2 });
  });

  it('refuses to pass over a document of the same id with other contents', async () => {
    await copy();
    await server.client
      .db('rehelm')
      .collection(`units_${scope.run}`)
      .updateMany({ kind: 'unit' }, { $unset: { done: '' } });
    await server.client
      .db('new')
      .collection('a')
      .updateOne({ n: 2 }, { $set: { n: 2.5 } });
    await expect(copy()).rejects.toMatchObject({ type: 'TargetNotEmpty', details: [{ database: 'new', collection: 'a', documents: 1 }] });
  });

  it('writes nothing more once it is superseded', async () => {
    const paused = pausingConnect('read');
    const late = copy({}, { connect: paused.connect });
    await paused.reached;
    expect(await run({ engine: 'mongodb', verb: 'supersede', ...scope, epoch: 2 })).toEqual({ epoch: 2 });
    paused.goOn();
    await expect(late).rejects.toMatchObject({ type: 'Superseded' });
    expect(await server.client.db('new').collection('a').countDocuments()).toBe(0);
  });

  it('takes back by itself what it wrote after the drop, when it was stopped between check and write', async () => {
    const paused = pausingConnect();
    const zombie = copy({}, { connect: paused.connect });
    await paused.reached;
    await drop();
    paused.goOn();
    await expect(zombie).rejects.toMatchObject({ type: 'Superseded' });
    expect(await collections('new')).toEqual([]);
  });

  it('takes back no more than that: what somebody put there after the drop stays', async () => {
    const paused = pausingConnect();
    const zombie = copy({}, { connect: paused.connect });
    await paused.reached;
    await drop();
    const restored = await server.client.db('old').collection('a').findOne({ n: 2 });
    if (restored) await server.client.db('new').collection('a').insertOne(restored);
    paused.goOn();
    await expect(zombie).rejects.toMatchObject({ type: 'Superseded' });
    expect(await server.client.db('new').collection('a').find().toArray()).toEqual([restored]);
  });

  it('leaves alone what a newer attempt has taken, when it wakes', async () => {
    const paused = pausingConnect();
    const zombie = copy({}, { connect: paused.connect });
    await paused.reached;
    await drop();
    // The newer attempt was itself stopped before it wrote: the zombie's documents are what it will find.
    const newer = pausingConnect();
    const second = copy({ epoch: 3 }, { connect: newer.connect });
    await newer.reached;
    paused.goOn();
    await expect(zombie).rejects.toMatchObject({ type: 'Superseded' });
    expect(await server.client.db('new').collection('a').countDocuments()).toBe(3);
    newer.goOn();
    await second;
    expect(await run({ engine: 'mongodb', verb: 'verify', at: server.at, from: 'old', to: 'new' })).toMatchObject({ equal: true, documents: 3 });
  });

  it('stops when its run was finalized under it', async () => {
    const paused = pausingConnect();
    const late = copy({}, { connect: paused.connect });
    await paused.reached;
    await run({ engine: 'mongodb', verb: 'clean', at: server.at, run: scope.run });
    paused.goOn();
    await expect(late).rejects.toMatchObject({ type: 'Superseded', message: expect.stringContaining('finalized') });
  });

  it('drops an old database only while it is what was verified', async () => {
    await server.client
      .db('older')
      .collection('a')
      .insertMany([{ n: 1 }, { n: 2 }]);
    const [expected] = (await run({ engine: 'mongodb', verb: 'hash', at: server.at, databases: ['older'] })).databases;
    if (!expected) throw new Error('no hash');
    await server.client
      .db('older')
      .collection('a')
      .updateOne({ n: 1 }, { $set: { n: 9 } });
    const dropSource = () => run({ engine: 'mongodb', verb: 'dropSource', ...scope, database: 'older', expected });
    await expect(dropSource()).rejects.toMatchObject({ type: 'WouldLoseData' });
    await server.client
      .db('older')
      .collection('a')
      .updateOne({ n: 9 }, { $set: { n: 1 } });
    expect(await dropSource()).toEqual({ dropped: true });
    expect(await collections('older')).toEqual([]);
    expect(await dropSource()).toEqual({ dropped: false });
  });

  it('leaves nothing of a run behind once it is clean', async () => {
    await copy();
    await run({ engine: 'mongodb', verb: 'clean', at: server.at, run: scope.run });
    await run({ engine: 'mongodb', verb: 'clean', at: server.at, run: scope.run });
    expect((await collections('rehelm')).filter((name) => name.endsWith(scope.run))).toEqual([]);
    expect(
      await server.client
        .db('rehelm')
        .collection('epochs')
        .countDocuments({ _id: scope.run as never }),
    ).toBe(0);
  });
});
