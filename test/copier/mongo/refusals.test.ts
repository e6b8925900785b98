import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BSON } from 'mongodb';
import type { FailureType } from '../../../src/errors.js';
import type { CopyRequest, CopyResult } from '../../../src/model/copier-mongo.js';
import type { MongoAddress } from '../../../src/model/mongo-facts.js';
import { bytes, FakeMongod } from '../../adapters/mongo/fake/fake-mongod.js';
import { canMount } from '../support/can-mount.js';
import { bundleCopier, failureOf, resultOf } from '../support/copier-process.js';
import { describeWithFerretdb, type Ferretdb, startFerretdb } from './support/ferretdb.js';
import { run } from './support/run.js';

const request = (more: Partial<CopyRequest> & Pick<CopyRequest, 'at'>): CopyRequest => ({
  ...{ engine: 'mongodb', verb: 'copy', run: 'r', epoch: 1, step: 's', from: 'shop', to: 'copied' },
  ...more,
});

interface Refusal {
  readonly why: string;
  readonly request: () => Partial<CopyRequest>;
  readonly type: FailureType;
  /** A part of what is said. */
  readonly says: string;
  readonly nonRetryable?: false;
}

const quick = (uri: string) => `${uri}${uri.includes('?') ? '&' : '?'}serverSelectionTimeoutMS=500`;
const nobody: MongoAddress = { uri: quick('mongodb://127.0.0.1:1/') };

describeWithFerretdb('a copy of MongoDB is refused', () => {
  let server: Ferretdb;
  beforeAll(async () => {
    server = await startFerretdb();
    await server.client
      .db('shop')
      .collection('items')
      .insertMany([{ n: 1 }, { n: 2 }]);
    await server.client.db('taken').collection('items').insertOne({ n: 3 });
  });
  afterAll(() => server.stop());

  /** Databases with their documents, but for the run's notes, which `clean` takes away. */
  const stateOf = async () => {
    const { databases } = await server.client.db('admin').admin().listDatabases({ nameOnly: true });
    const names = databases.map(({ name }) => name).filter((name) => name !== 'rehelm');
    return Promise.all(names.map(async (name) => [name, await server.client.db(name).collection('items').find().toArray()]));
  };
  const wrong = (): MongoAddress => ({ ...server.at, user: { name: 'root', password: 'wrong-canary' } });

  const refusals: readonly Refusal[] = [
    { why: 'where the target holds what the run did not write', request: () => ({ to: 'taken' }), type: 'TargetNotEmpty', says: 'items' },
    { why: 'with a wrong password of the source', request: () => ({ source: wrong() }), type: 'WrongPassword', says: 'uthentication' },
    { why: 'with a wrong password of the target', request: () => ({ at: wrong() }), type: 'WrongPassword', says: 'uthentication' },
    { why: 'where the source does not answer', request: () => ({ source: nobody }), type: 'Unreachable', says: 'REFUSED', nonRetryable: false },
    { why: 'where the target does not answer', request: () => ({ at: nobody }), type: 'Unreachable', says: 'REFUSED', nonRetryable: false },
    { why: 'where there is no such database', request: () => ({ from: 'nothing' }), type: 'NotFound', says: 'nothing' },
    { why: 'onto itself', request: () => ({ to: 'shop' }), type: 'PreflightFailed', says: 'same database' },
  ];

  it.each(refusals)('$why, by name, and nothing is touched', async ({ request: more, type, says, nonRetryable = true }) => {
    const before = await stateOf();
    const refused = await run(request({ at: server.at, ...more() })).catch((error: unknown) => error);
    expect(refused).toMatchObject({ type, nonRetryable, message: expect.stringContaining(says) });
    expect(String(refused)).not.toContain('canary');
    expect(await stateOf()).toEqual(before);
  });
});

describe('a copy of MongoDB is refused by what only a real server tells', () => {
  const serve = async (prepare: (server: FakeMongod) => void) => {
    const server = new FakeMongod();
    server.add('shop', 'items', { documents: [bytes({ _id: 1, text: 'x'.repeat(1000) })] });
    prepare(server);
    return { server, at: { uri: quick((await server.start()).uri) } };
  };

  it.each([
    {
      why: 'too little space on the volume',
      prepare: (it: FakeMongod) => (it.volume = { fsTotalSize: 1e9, fsUsedSize: 1e9 - 1000 }),
      type: 'NoSpace',
      says: 'GiB are free',
      needs: 1000,
    },
    {
      why: 'collections that no copy can read',
      prepare: (it: FakeMongod) => it.add('shop', 'secret', { options: { encryptedFields: { fields: [] } } }),
      type: 'PreflightFailed',
      says: 'Queryable Encryption',
    },
    { why: 'a version that is too old for the driver', prepare: (it: FakeMongod) => (it.maxWireVersion = 5), type: 'ToolTooOld', says: 'wire version' },
  ])('$why', async ({ prepare, type, says, needs }) => {
    const { server, at } = await serve(prepare);
    try {
      if (needs !== undefined) {
        const checked = await run({ engine: 'mongodb', verb: 'checkCopy', at, databases: [{ from: 'shop', to: 'copied' }] });
        expect(checked.databases).toEqual([{ from: 'shop', to: 'copied', problems: [], space: { neededBytes: expect.any(Number), freeBytes: 1000 } }]);
        expect(checked.databases[0]?.space.neededBytes).toBeGreaterThan(needs);
      }
      await expect(run(request({ at }))).rejects.toMatchObject({ type, nonRetryable: true, message: expect.stringContaining(says) });
      expect([...server.databases.keys()].filter((name) => name === 'copied')).toEqual([]);
      expect(server.collection('shop', 'items').documents.map((raw) => BSON.deserialize(raw)['_id'])).toEqual([1]);
    } finally {
      await server.stop();
    }
  });

  it('and a volume that fills up in the middle is named', async () => {
    const { server, at } = await serve((it) => it.refuse.set('insert', 14_031));
    try {
      await expect(run(request({ at }))).rejects.toMatchObject({ type: 'NoSpace', nonRetryable: true });
    } finally {
      await server.stop();
    }
  });
});

(canMount ? describeWithFerretdb : describe.skip)('a copy of MongoDB onto a volume that fills up', () => {
  let source: Ferretdb;
  let target: Ferretdb;
  beforeAll(async () => {
    [source, target] = await Promise.all([startFerretdb(), startFerretdb({ volumeMiB: 100 })]);
    const text = 'x'.repeat(1000);
    for (let number = 0; number < 8; number += 1)
      await source.client
        .db('shop')
        .collection(`part${number}`)
        .insertMany(Array.from({ length: 1000 }, (_, n) => ({ n, text })));
  }, 120_000);
  afterAll(() => Promise.all([source?.stop(), target?.stop()]));

  it('fails by name, and goes on from there once there is room', async () => {
    const program = await bundleCopier();
    const copy = request({ at: target.at, source: source.at, run: 'filled', connections: 2, bytesPerSecond: 2_000_000 });
    try {
      const first = program.start(copy, 'pod-1');
      await first.progress(({ unitsDone }) => unitsDone > 2);
      await target.leaveFree(1);
      const end = await first.ended;
      expect(failureOf(end)).toMatchObject({ type: 'NoSpace' });
      expect(end.exitCode).toBe(1);

      await target.leaveFree(80);
      const copied = resultOf<CopyResult>(await program.start(copy, 'pod-2').ended);
      expect(copied.unitsResumed).toBeGreaterThan(0);
      const { collections } = copied.source;
      expect(await run({ engine: 'mongodb', verb: 'verify', at: target.at, source: source.at, from: 'shop', to: 'copied', copied: collections })).toMatchObject(
        {
          equal: true,
        },
      );
    } finally {
      program.remove();
    }
  }, 120_000);
});
