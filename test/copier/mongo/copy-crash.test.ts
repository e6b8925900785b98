import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Int32 } from 'mongodb';
import type { CopyRequest, CopyResult } from '../../../src/model/copier-mongo.js';
import type { MongoAddress } from '../../../src/model/mongo-facts.js';
import { bytes, FakeMongod } from '../../adapters/mongo/fake/fake-mongod.js';
import { bundleCopier, type CopierProgram, failureOf, resultOf } from '../support/copier-process.js';
import { describeWithFerretdb, type Ferretdb, startFerretdb } from './support/ferretdb.js';
import { run } from './support/run.js';

let program: CopierProgram;
beforeAll(async () => {
  program = await bundleCopier();
});
afterAll(() => program.remove());

describeWithFerretdb('a copier that is killed, on a real FerretDB', () => {
  let server: Ferretdb;
  const request = (id: string, more: Partial<CopyRequest> = {}): CopyRequest => ({
    engine: 'mongodb',
    verb: 'copy',
    at: server.at,
    run: id,
    epoch: 1,
    step: 's',
    from: 'old',
    to: `new-${id}`,
    connections: 2,
    ...more,
  });
  beforeAll(async () => {
    server = await startFerretdb();
    for (const name of ['a', 'b', 'c']) {
      await server.client
        .db('old')
        .collection(name)
        .insertMany(Array.from({ length: 3000 }, (_, n) => ({ _id: n as never, n: new Int32(n), text: `canary-document ${name} ${n} ${'x'.repeat(200)}` })));
    }
  }, 60_000);
  afterAll(() => server.stop());

  it('goes on where a SIGKILL in the middle left it, and tells the bytes read twice', async () => {
    const first = program.start(request('killed'), 'pod-1');
    const { bytes: bytesThen, totalBytes } = await first.progress(({ bytes: sofar }) => sofar > 0);
    first.kill('SIGKILL');
    expect(await first.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(bytesThen).toBeLessThan(totalBytes);
    const before = await run({ engine: 'mongodb', verb: 'accounting', at: server.at, run: 'killed' });
    expect(before).toMatchObject({ units: 3, bytesCopiedTwice: 0 });
    expect(before.unitsDone).toBeLessThan(3);
    const attemptsBefore = await server.client.db('rehelm').collection('attempts_killed').find().toArray();
    const done = await server.client
      .db('rehelm')
      .collection('units_killed')
      .find({ done: { $exists: true } })
      .toArray();
    const lost = attemptsBefore.filter(({ unit }) => !done.some(({ _id }) => String(_id) === unit)).reduce((sum, row) => sum + row['bytes'], 0);

    const second = await program.start(request('killed'), 'pod-2').ended;
    expect(second.exitCode).toBe(0);
    const copied = resultOf<CopyResult>(second);
    expect(copied.source.documents).toBe(9000);
    // FerretDB tells the size of its files; progress goes by documents.
    expect(totalBytes / copied.source.bytes).toBeCloseTo(1, 1);
    expect(copied.unitsResumed).toBe(done.length);
    expect(copied.accounting).toMatchObject({ units: 3, unitsDone: 3, bytesCopiedTwice: lost, attempts: attemptsBefore.length + 3 - done.length });
    expect(await run({ engine: 'mongodb', verb: 'verify', at: server.at, from: 'old', to: 'new-killed' })).toMatchObject({
      equal: true,
      source: { hash: copied.source.hash },
    });
  }, 60_000);

  it('ends cleanly between two batches when it is asked to, with the exit code that means try again', async () => {
    const first = program.start(request('stopped'), 'pod-1');
    await first.progress(({ bytes: sofar }) => sofar > 0);
    first.kill('SIGTERM');
    const end = await first.ended;
    expect(end.exitCode).toBe(2);
    expect(failureOf(end)).toMatchObject({ type: 'NotReady', message: expect.stringContaining('goes on from there') });
    expect((await program.start(request('stopped'), 'pod-2').ended).exitCode).toBe(0);
    expect(await run({ engine: 'mongodb', verb: 'verify', at: server.at, from: 'old', to: 'new-stopped' })).toMatchObject({ equal: true });
  }, 60_000);

  it('cannot write into the rollback: stopped in the middle, given up, awake again', async () => {
    const zombie = program.start(request('zombie'), 'pod-1');
    await zombie.progress(({ bytes: sofar }) => sofar > 0);
    zombie.kill('SIGSTOP');
    expect(await run({ engine: 'mongodb', verb: 'drop', at: server.at, run: 'zombie', epoch: 2, database: 'new-zombie' })).toEqual({ dropped: true });
    zombie.kill('SIGCONT');
    const end = await zombie.ended;
    expect(end.exitCode).toBe(1);
    expect(failureOf(end)).toMatchObject({ type: 'Superseded' });
    expect(await server.client.db('new-zombie').listCollections({}, { nameOnly: true }).toArray()).toEqual([]);
  }, 60_000);

  it('names a wrong password, and prints neither passwords nor documents', async () => {
    const at: MongoAddress = { ...server.at, user: { name: 'root', password: 'canary-password' } };
    const end = await program.start({ ...request('wrong'), at }, 'pod-1').ended;
    expect(end.exitCode).toBe(1);
    expect(failureOf(end)).toMatchObject({ type: 'WrongPassword', message: expect.stringContaining('Authentication failed') });
    await server.client
      .db('new-clash')
      .collection('a')
      .insertOne({ _id: 1 as never, text: 'canary-document' });
    await server.client
      .db('rehelm')
      .collection('units_clash')
      .insertOne({ _id: 'target/new-clash' as never, kind: 'target' });
    const clash = await program.start(request('clash'), 'pod-1').ended;
    expect(failureOf(clash)).toMatchObject({ type: 'TargetNotEmpty', details: { collection: 'a', documents: 1 } });
    expect(end.text + clash.text).not.toMatch(/canary|root-password/);
  }, 60_000);
});

describe('a copier that is killed between two units', () => {
  const server = new FakeMongod();
  afterAll(() => server.stop());

  it('reads nothing twice', async () => {
    const at = await server.start();
    for (const name of ['a', 'b']) server.add('old', name, { documents: Array.from({ length: 50 }, (_, _id) => bytes({ _id, name })) });
    const request: CopyRequest = { engine: 'mongodb', verb: 'copy', at, run: 'r', epoch: 1, step: 's', from: 'old', to: 'new', connections: 1 };
    const reached = Promise.withResolvers<void>();
    server.before = (name, _database, command) => {
      if (name !== 'update' || command['update'] !== 'attempts_r' || !String(command['updates'][0].q._id).startsWith('unit/new/b')) return;
      reached.resolve();
      return new Promise(() => undefined);
    };
    const first = program.start(request, 'pod-1');
    await reached.promise;
    first.kill('SIGKILL');
    await first.ended;
    server.before = () => undefined;
    const copied = resultOf<CopyResult>(await program.start(request, 'pod-2').ended);
    expect(copied).toMatchObject({ unitsResumed: 1, accounting: { units: 2, unitsDone: 2, attempts: 2, bytesCopiedTwice: 0 } });
    expect(server.logged('find').filter(({ database }) => database === 'old')).toHaveLength(2);
  });
});
