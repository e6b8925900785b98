import type { Job } from '../../src/model/kube-object.js';
import { toRaw } from '../copier/mongo/support/shop.js';
import { createMongoBackupWorld, type MongoBackupWorld } from '../support/mongo-backup-world.js';
import { answer, migrate, resultOf, startTemporal, stopTemporal } from '../support/product/migration.js';
import { type Product, productIn } from '../support/product/product.js';
import { attended, unattended } from '../support/product/spec.js';

const documents = (of: string, count: number) => Array.from({ length: count }, (_, n) => toRaw({ _id: `${of}${n}`, n }));
const shop = [
  { name: 'orders', documents: documents('o', 3), indexes: ['by_n'] },
  { name: 'customers', documents: documents('c', 1) },
];
const patience = 120_000;
const workflow = 'databaseCopy';

beforeAll(startTemporal, 120_000);
afterAll(stopTemporal);

describe('a DatabaseCopy by mongodump and mongorestore, by the commands of its pods', () => {
  let world: MongoBackupWorld;
  let product: Product;
  const specOf = (more: object) => {
    const [host, port] = world.host.split(/[:/]/);
    const server = { engine: 'mongodb', at: { host, port: Number(port), admin: { secretRef: { namespace: 'mongodb', name: 'root' } } } };
    return {
      ...{ apiVersion: 'rehelm.dev/v1alpha1', kind: 'DatabaseCopy', metadata: { name: 'by-tools' }, source: server, target: server },
      ...{ databases: [{ from: 'shop', to: 'again' }], copy: { mode: 'tools' }, tools: { image: 'mongo:7.0' }, ...more },
    };
  };
  const named = (part: string) => world.jobs.filter(({ metadata }) => metadata.name.includes(part));
  const collections = (database: string) => [...(world.server.databases.get(database)?.keys() ?? [])].toSorted();

  /** What a pod of the pipe does instead, the first time. */
  function onceInThePipe(does: (job: Job) => object): void {
    const { behaviour } = world.fake;
    const fate = behaviour.job;
    let isDone = false;
    behaviour.job = (job) => {
      if (isDone || !job.metadata.name.includes('mongo-pipe')) return fate(job);
      isDone = true;
      return does(job) as Awaited<ReturnType<typeof fate>>;
    };
  }
  const failed = { failed: 'BackoffLimitExceeded', log: '{"failure":{"type":"CopyFailed","message":"mongodump ended with 1, mongorestore with 0"}}\n' };

  beforeEach(async () => {
    world = await createMongoBackupWorld(shop);
    product = productIn(world.fake);
  });
  afterEach(() => world.stop());

  test(
    'ends with an equal database, proved by what the copier has read of both',
    async () => {
      await migrate({ workflow, product, spec: specOf(unattended) }, async ({ run }) => {
        const report = await resultOf(run);
        expect([report.phase, report.cause]).toEqual(['Succeeded', undefined]);
        expect(report.steps.map(({ id, state }) => [id, state])).toEqual(['fence', 'copy/again', 'verify/again', 'still', 'release'].map((id) => [id, 'done']));
      });
      expect(collections('again')).toEqual(['customers', 'orders']);
      const [pipe] = named('mongo-pipe');
      expect(named('mongo-pipe')).toHaveLength(1);
      expect(pipe?.metadata.namespace).toBe('rehelm-system');
      expect(JSON.stringify(pipe)).toContain('"image":"mongo:7.0"');
      expect(product.orphans()).toEqual([]);
    },
    patience,
  );

  test(
    'begins a database anew where a pod has died in the middle of it, and empties what that had written',
    async () => {
      onceInThePipe(() => {
        world.server.add('again', 'halfway', { documents: documents('h', 1) });
        return { failed: 'NodeLost' };
      });
      await migrate({ workflow, product, spec: specOf(unattended) }, async ({ run }) => {
        const report = await resultOf(run);
        expect([report.phase, report.cause]).toEqual(['Succeeded', undefined]);
      });
      expect(collections('again')).toEqual(['customers', 'orders']);
    },
    patience,
  );

  test(
    'goes on when a person retries a pipe that has failed halfway',
    async () => {
      onceInThePipe(() => {
        world.server.add('again', 'halfway', { documents: documents('h', 1) });
        return failed;
      });
      await migrate({ workflow, product, spec: specOf(attended) }, async ({ run }) => {
        await answer(run, 'Copy shop → again', 'retry');
        const report = await resultOf(run);
        expect([report.phase, report.cause]).toEqual(['Succeeded', undefined]);
      });
      expect(collections('again')).toEqual(['customers', 'orders']);
    },
    patience,
  );

  test.each([
    ['the pipe fails halfway', () => failed, 'mongodump ended with 1'],
    [
      'the tools end well and have brought other documents',
      () => {
        world.server.add('again', 'orders', { documents: documents('x', 3), indexes: [{ key: { n: 1 }, name: 'by_n' }] });
        world.server.add('again', 'customers', { documents: documents('c', 1) });
        return { succeeded: true, log: '{"result":{"collections":2,"documents":4,"tool":"mongorestore version: 100.9.4"}}\n' };
      },
      'orders: as many documents on both sides, but with other contents',
    ],
  ])(
    'leaves no database behind where %s',
    async (_what, does, words) => {
      onceInThePipe(() => {
        world.server.add('again', 'halfway', { documents: documents('h', 1) });
        return does();
      });
      await migrate({ workflow, product, spec: specOf(unattended) }, async ({ run }) => {
        const report = await resultOf(run);
        expect(report).toMatchObject({ phase: 'RolledBack', cause: expect.stringContaining(words) });
      });
      expect(collections('again')).toEqual([]);
      expect(collections('shop')).toEqual(['customers', 'orders']);
      expect(product.orphans()).toEqual([]);
    },
    patience,
  );

  test(
    'takes no database that somebody else has filled',
    async () => {
      world.server.add('again', 'theirs', { documents: documents('t', 1) });
      await migrate({ workflow, product, spec: specOf(unattended) }, async ({ run }) => {
        await expect(resultOf(run)).rejects.toMatchObject({ cause: { message: expect.stringContaining('database again holds 1 collections') } });
      });
      expect(collections('again')).toEqual(['theirs']);
      expect(named('mongo-pipe')).toEqual([]);
    },
    patience,
  );
});
