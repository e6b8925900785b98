import type { KubeObject } from '../../src/model/kube-object.js';
import type { Report } from '../../src/model/report.js';
import { copyPlay, copySpec, createCopyWorld, planOfCopy } from '../support/database-copy/play.js';
import { failingOnce } from '../support/product/cases.js';
import { keepHistory } from '../support/product/histories.js';
import { type Around, ada, answer, migrate, resultOf, startTemporal, stepsOf, stopTemporal } from '../support/product/migration.js';
import type { Product } from '../support/product/product.js';
import { attended } from '../support/product/spec.js';
import { expectBeginning, patience, testWaysBack } from '../support/product/ways-back.js';

const steps = stepsOf(await planOfCopy());
const { workflow } = copyPlay;
const spec = copySpec();

beforeAll(startTemporal, 120_000);
afterAll(stopTemporal);

type StateMap = KubeObject & { readonly data: { readonly state: string } };

const serversOf = (product: Product) => {
  const world = product.world() as Readonly<Record<string, StateMap>>;
  return JSON.parse(world['v1 ConfigMap data/postgres-state']!.data.state);
};

test(
  'a DatabaseCopy ends with equal databases at the target, without a trace of the copier in them, the source shut and the writers stopped',
  async () => {
    const product = createCopyWorld();
    await migrate({ workflow, product, spec }, async ({ run }) => {
      const report = await resultOf(run);
      expect(report).toMatchObject({ phase: 'Succeeded', committed: true, heldOut: { seconds: expect.any(Number) } });
      expect(report.steps.map(({ state }) => state)).toEqual(steps.map(() => 'done'));
      expect(report.steps.find(({ id }) => id === 'copy/orders')).toMatchObject({
        estimate: { bytes: 300_000_000, seconds: 13, space: { neededBytes: 360_000_000 } },
      });
      expect(report.inspected).toContainEqual({ name: 'stock', facts: expect.arrayContaining(['1 table with about 1 row']) });
      await keepHistory('database-copy.succeeded', run);
    });
    expect(serversOf(product)).toEqual({
      'old.data.svc': { orders: { rows: ['1', '2', '3'], open: false }, stock: { rows: ['a'], open: false } },
      'new.data.svc': {
        theirs: { rows: ['x'], open: true },
        orders: { rows: ['1', '2', '3'], open: true },
        warehouse: { rows: ['a'], open: true },
      },
    });
    expect(product.fake.changes).toContain('patch Deployment shop/web replicas=0');
    expect(product.fake.changes).not.toContain('patch Deployment shop/web replicas=3');
    expect(product.orphans()).toEqual([]);
  },
  patience,
);

describe('a DatabaseCopy', () => testWaysBack(copyPlay, steps));

test(
  'a DatabaseCopy is as it was before when it is taken back after its success, by somebody who accepts the loss',
  async () => {
    const product = createCopyWorld();
    await migrate({ workflow, product, spec }, async ({ run, takeBack }) => {
      expect((await resultOf(run)).phase).toBe('Succeeded');
      expectBeginning({ product, report: await takeBack({ ...ada, acceptDataLoss: true }) }, createCopyWorld());
    });
  },
  patience,
);

test(
  'a DatabaseCopy whose source is written to in spite of everything is not handed over',
  async () => {
    const product = createCopyWorld();
    const state = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'data', name: 'postgres-state' };
    const around: Around = async (name, _act, call) => {
      if (name === 'verifySourceStill') {
        const found = product.fake.find<StateMap>(state)!;
        product.fake.seed({ ...found, data: { state: found.data.state.replace('"1","2","3"', '"1","2","3","4"') } } as StateMap);
      }
      return call();
    };
    let report: Report | undefined;
    await migrate({ workflow, product, spec: copySpec(attended), around }, async ({ run }) => {
      await answer(run, 'The writers sleep', 'rollback');
      report = await resultOf(run);
      await keepHistory('database-copy.rolled-back', run);
    });
    expect(report?.cause).toContain('orders was written to');
    expect(serversOf(product)['new.data.svc']).toEqual({ theirs: { rows: ['x'], open: true } });
  },
  patience,
);

test(
  'a DatabaseCopy goes on to the same end when a person retries a step that failed',
  async () => {
    const product = createCopyWorld();
    await migrate({ workflow, product, spec: copySpec(attended), around: failingOnce('copy/warehouse') }, async ({ run }) => {
      await answer(run, 'Copy stock → warehouse', 'retry');
      expect((await resultOf(run)).phase).toBe('Succeeded');
      await keepHistory('database-copy.retried', run);
    });
  },
  patience,
);
