import { failure } from '../../src/errors.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import { approve, plan } from '../../src/workflows/engine/messages.js';
import { createCopyWorld, planOfCopy, precopyPlay, precopySpec } from '../support/database-copy/play.js';
import { keepHistory } from '../support/product/histories.js';
import {
  type Around,
  activitiesOver,
  ada,
  answer,
  approveStart,
  migrate,
  question,
  reportOf,
  resultOf,
  startTemporal,
  stepsOf,
  stopTemporal,
} from '../support/product/migration.js';
import type { Product } from '../support/product/product.js';
import { attended } from '../support/product/spec.js';
import { expectBeginning, patience, testWaysBack } from '../support/product/ways-back.js';
import type { Run } from '../support/shared-worker.js';
import { asActivity } from '../support/step-rig.js';

const steps = stepsOf(await planOfCopy(precopySpec()));
const { workflow } = precopyPlay;
const spec = precopySpec();

beforeAll(startTemporal, 120_000);
afterAll(stopTemporal);

const stateRef = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'data', name: 'postgres-state' };
type StateMap = KubeObject & { readonly data: { readonly state: string } };

const serversOf = ({ fake }: Product) => JSON.parse(fake.find<StateMap>(stateRef)!.data.state);
function change({ fake }: Product, from: string, to: string): void {
  const found = fake.find<StateMap>(stateRef)!;
  fake.seed({ ...found, data: { state: found.data.state.replace(from, to) } } as StateMap);
}

/** Waits until the run asks for the gate. */
async function waitsAt(run: Run, gate: string): Promise<void> {
  while ((await reportOf(run)).gate !== gate) await new Promise((next) => setTimeout(next, 20));
}

async function pass(run: Run, gate: string): Promise<void> {
  await waitsAt(run, gate);
  const { hash } = (await run.query(plan))!;
  await run.executeUpdate(approve, { args: [{ ...ada, gate, plan: hash }] });
}

const asked = { approval: { start: {}, commit: {} } };

test(
  'a copy ahead lets users work until a person chooses the window; what they write until then arrives, and nobody is let in without the commit',
  async () => {
    const product = createCopyWorld();
    await migrate({ workflow, product, spec: precopySpec(asked) }, async ({ run }) => {
      await approveStart(run);
      await waitsAt(run, 'cutover');
      expect((await reportOf(run)).heldOut).toBeUndefined();
      expect(product.fake.changes).not.toContain('patch Deployment shop/web replicas=0');
      expect(serversOf(product)['new.data.svc']).toMatchObject({ orders: { rows: ['1', '2', '3'] }, warehouse: { rows: ['a'] } });
      change(product, '"1","2","3"', '"1","2","3","4"');
      await pass(run, 'cutover');
      await waitsAt(run, 'commit');
      expect((await reportOf(run)).heldOut).toMatchObject({ from: expect.any(String) });
      await pass(run, 'commit');
      const report = await resultOf(run);
      expect(report).toMatchObject({ phase: 'Succeeded', committed: true });
      expect(report.checks.map(({ id, state }) => [id, state])).toEqual(
        ['preflight', 'ready/orders', 'ready/warehouse', 'still', 'verify/orders', 'verify/warehouse'].map((id) => [id, 'done']),
      );
      await keepHistory('database-copy.precopied', run);
    });
    expect(serversOf(product)).toEqual({
      'old.data.svc': { orders: { rows: ['1', '2', '3', '4'], open: false }, stock: { rows: ['a'], open: false } },
      'new.data.svc': {
        theirs: { rows: ['x'], open: true },
        orders: { rows: ['1', '2', '3', '4'], open: true },
        warehouse: { rows: ['a'], open: true },
      },
    });
    expect(product.orphans()).toEqual([]);
  },
  patience,
);

test(
  'a copy that was lost while people waited is noticed before anybody is held out, and taken back',
  async () => {
    const product = createCopyWorld();
    await migrate({ workflow, product, spec: precopySpec(asked) }, async ({ run }) => {
      await approveStart(run);
      await waitsAt(run, 'cutover');
      change(product, ',"followed":true', '');
      await pass(run, 'cutover');
      await answer(run, 'orders has followed orders up to now', 'rollback');
      const report = await resultOf(run);
      expect(report.cause).toContain('slot is gone');
      expect(report.heldOut).toBeUndefined();
      expectBeginning({ product, report }, createCopyWorld());
    });
  },
  patience,
);

describe('a copy ahead', () => testWaysBack(precopyPlay, steps));

/** The proof finds a difference once. */
function differingOnce(): Around {
  let told = false;
  return async (name, act, call) => {
    if (told || name !== 'verifyPrecopy' || act?.step !== 'verify/warehouse') return call();
    told = true;
    throw failure('VerifyMismatch', 'database warehouse differs from stock as it was at the cutover');
  };
}

test(
  'a proof that failed once users were let in waits for a person, and no finalize goes over it when nobody answers any more',
  async () => {
    const product = createCopyWorld();
    await migrate({ workflow, product, spec: precopySpec(attended), around: differingOnce() }, async ({ run, takeBack }) => {
      await question(run, 'Prove warehouse');
      await run.terminate('gone with its Temporal');
      const request = { run: run.firstExecutionRunId, ...ada, early: true };
      const finalizing = asActivity(() => activitiesOver(product)['prepareFinalize']!({ request }));
      await expect(finalizing).rejects.toMatchObject({ type: 'WrongMoment', message: expect.stringContaining('that warehouse is what the source was') });
      expectBeginning({ product, report: await takeBack({ ...ada, acceptDataLoss: true }) }, createCopyWorld());
    });
  },
  patience,
);

test(
  'what no key tells apart is said with the plan, before anything is touched',
  async () => {
    const product = createCopyWorld();
    change(product, '"rows":["a"]', '"keyless":true,"rows":["a"]');
    await migrate({ workflow, product, spec }, async ({ run }) => {
      await expect(run.result()).rejects.toMatchObject({ cause: { message: expect.stringContaining('neither primary key nor replica identity') } });
    });
    expect(product.fake.changes).toEqual([]);
  },
  patience,
);
