import type { Plan } from '../../src/model/plan.js';
import { decide, rollback } from '../../src/workflows/engine/messages.js';
import {
  ada,
  answer,
  type Body,
  during as duringRun,
  modes,
  question,
  type Rig,
  refused,
  resultOf,
  seen,
  sleep,
  soon,
  start,
  startRollback,
} from '../support/engine.js';
import { endWork, type Run } from '../support/shared-worker.js';
import { changed, keep, planCommit, planShop, shop, stop } from '../support/shop.js';
import { startTemporal } from '../support/temporal.js';
import { unattended } from '../support/unattended.js';

beforeAll(startTemporal, 60_000);
afterAll(endWork);

const order = [changed.keep, changed.api, changed.web];
/** What takes them back, in the order of a rollback. */
const back = [
  'patch Deployment shop/web replicas=2',
  'patch Deployment shop/api replicas=3',
  'patch PersistentVolume pv-1 persistentVolumeReclaimPolicy=Delete',
];
const steps = ['retainVolume keep/pv-1', 'scaleDown stop/api', 'scaleDown stop/web'];
const before = shop().world();
const states = async (run: Run) => (await seen(run)).steps.map(({ state }) => state);

const planGroup = (): Plan => ({
  ...planShop(),
  phases: [{ id: 'stop', title: 'Stop', steps: [keep, stop('api', { group: 'stop' }), stop('web', { group: 'stop' })] }],
});

describe.each(modes)('a run ($mode)', ({ maxCachedWorkflows }) => {
  const during = (rig: Partial<Rig>, body: Body) => duringRun({ maxCachedWorkflows, ...rig }, body);

  test('carries the plan out in order, and its journal is enough to take it back, twice', async () => {
    const fake = shop();
    await during({ fake, policy: unattended }, async (run, workplace) => {
      const done = await resultOf(run);
      expect(done.phase).toBe('Succeeded');
      expect(fake.changes).toEqual(order);
      const undone = await resultOf(await startRollback(workplace, { run: done.run, ...ada }));
      expect(undone.phase).toBe('RolledBack');
      expect(fake.world()).toEqual(before);
      expect(fake.changes).toEqual([...order, ...back]);
      await resultOf(await startRollback(workplace, { run: done.run, ...ada }));
      expect(fake.changes).toEqual([...order, ...back]);
    });
  });

  test.each(steps)('leaves the world as it was when it fails after %s', async (step) => {
    const fake = shop();
    await during({ fake, policy: unattended, failAfter: new Set([step]) }, async (run) => {
      const { phase, cause, decisions } = await resultOf(run);
      expect({ phase, cause }).toEqual({ phase: 'RolledBack', cause: expect.stringContaining('connection lost after') });
      expect(decisions).toMatchObject([{ by: 'deadline', choice: 'rollback' }]);
      expect(fake.world()).toEqual(before);
    });
  });

  test('takes back newest first, and raises the epoch before, so that an attempt that was given up can write no more', async () => {
    const fake = shop();
    await during({ fake, policy: unattended, failAfter: new Set(['scaleDown stop/web']) }, async (run) => {
      await resultOf(run);
      expect(fake.changes).toEqual([...order, ...back]);
      const raised = fake.allChanges.findIndex((change) => change.startsWith('create Lease rehelm-system/rehelm-epoch-'));
      expect(raised).toBeGreaterThan(fake.allChanges.indexOf(changed.web));
      expect(raised).toBeLessThan(fake.allChanges.indexOf(back[0]!));
    });
  });

  test('remembers the count from before the first attempt when a step is retried', async () => {
    const fake = shop();
    await during({ fake, failAfter: new Set(['scaleDown stop/api']) }, async (run, workplace) => {
      await answer(run, 'Stop api', 'retry');
      const { run: id } = await resultOf(run);
      await resultOf(await startRollback(workplace, { run: id, ...ada }));
      expect(fake.world()).toEqual(before);
    });
  });

  test('takes a skipped step back too, because it may have run in part', async () => {
    const fake = shop();
    await during({ fake, failAfter: new Set(['scaleDown stop/api', 'scaleDown stop/web']) }, async (run) => {
      await answer(run, 'Stop api', 'skip');
      await question(run, 'Stop web');
      expect(await states(run)).toEqual(['done', 'skipped', 'begun']);
      await answer(run, 'Stop web', 'rollback');
      expect((await resultOf(run)).phase).toBe('RolledBack');
      expect(fake.world()).toEqual(before);
    });
  });

  test('steps of a group run side by side; each failure is asked about for itself', async () => {
    const fake = shop();
    const both = [fake.hangAfter(changed.api), fake.hangAfter(changed.web)];
    await during({ fake, plan: planGroup, failAfter: new Set(['scaleDown stop/api', 'scaleDown stop/web']) }, async (run) => {
      await Promise.all(both.map(({ reached }) => reached));
      for (const hang of both) hang.release();
      const first = await soon(async () => (await seen(run)).question);
      await run.executeUpdate(decide, { args: [{ ...ada, question: first.number, choice: 'retry' }] });
      const second = await soon(async () => {
        const open = (await seen(run)).question;
        return open && open.number > first.number ? open : undefined;
      });
      expect(second.step).not.toBe(first.step);
      await run.executeUpdate(decide, { args: [{ ...ada, question: second.number, choice: 'retry' }] });
      expect((await resultOf(run)).phase).toBe('Succeeded');
    });
  });

  test('a failed undo waits for a person without a deadline; what was left can be taken back later', async () => {
    const fake = shop();
    await during(
      { fake, policy: { ...unattended, failureWaitSeconds: 0.1 }, failAfter: new Set(['scaleDown stop/web', 'undoScaleDown stop/web']) },
      async (run, workplace) => {
        await question(run, 'Undo of Stop web');
        await sleep(2000);
        await answer(run, 'Undo of Stop web', 'skip');
        const left = await resultOf(run);
        expect(left.phase).toBe('RollbackIncomplete');
        expect(left.steps.map(({ state }) => state)).toEqual(['undone', 'undone', 'left']);
        expect((await resultOf(await startRollback(workplace, { run: left.run, ...ada }))).phase).toBe('RolledBack');
        expect(fake.world()).toEqual(before);
      },
    );
  });

  test('after the commit a failure waits without a default, and going back needs acceptDataLoss', async () => {
    const fake = shop();
    await during({ fake, policy: unattended, plan: planCommit, failAfter: new Set(['scaleDown stop/web']) }, async (run) => {
      const open = await question(run, 'Stop web');
      expect(open).toMatchObject({ choices: ['retry', 'skip'] });
      expect(open.deadline).toBeUndefined();
      await expect(run.executeUpdate(rollback, { args: [ada] })).rejects.toMatchObject(refused('acceptDataLoss'));
      await run.executeUpdate(rollback, { args: [{ ...ada, acceptDataLoss: true }] });
      expect((await resultOf(run)).phase).toBe('RolledBack');
      expect(fake.world()).toEqual(before);
    });
  });

  test('a committed run is taken back later only by somebody who accepts the loss', async () => {
    const fake = shop();
    await during({ fake, policy: unattended, plan: planCommit }, async (run, workplace) => {
      const { run: id } = await resultOf(run);
      await expect(resultOf(await startRollback(workplace, { run: id, ...ada }))).rejects.toMatchObject(refused('committed'));
      expect((await resultOf(await startRollback(workplace, { run: id, ...ada, acceptDataLoss: true }))).phase).toBe('RolledBack');
      expect(fake.world()).toEqual(before);
    });
  });

  test('a rollback that is asked for ends the running step and takes everything back', async () => {
    const fake = shop();
    const hang = fake.hangAfter(changed.api);
    await during({ fake }, async (run) => {
      await hang.reached;
      await run.executeUpdate(rollback, { args: [{ by: 'ada', reason: 'window is over' }] });
      hang.release();
      expect(await resultOf(run)).toMatchObject({ phase: 'RolledBack', cause: 'ada: window is over' });
      expect(fake.changes).not.toContain(changed.web);
      expect(fake.world()).toEqual(before);
    });
  });

  test('a terminated run can be taken back from its journal alone', async () => {
    const fake = shop();
    await during({ fake, failAfter: new Set(['scaleDown stop/web']) }, async (run, workplace) => {
      await question(run, 'Stop web');
      const { run: id } = await seen(run);
      await run.terminate();
      expect((await resultOf(await startRollback(workplace, { run: id, ...ada }))).phase).toBe('RolledBack');
      expect(fake.world()).toEqual(before);
    });
  });

  test('a second run of the same release is refused with the first one named', async () => {
    await during({ failAfter: new Set(['scaleDown stop/web']) }, async (run, workplace) => {
      await question(run, 'Stop web');
      const second = await start(workplace, 'second');
      await expect(resultOf(second)).rejects.toMatchObject(refused(`${workplace.name}/run`));
      await answer(run, 'Stop web', 'rollback');
      expect((await resultOf(run)).phase).toBe('RolledBack');
      expect((await resultOf(await start(workplace, 'third'))).phase).toBe('Succeeded');
    });
  });

  test('a rollback that names no run, or a foreign one, is refused with a sentence', async () => {
    await during({ policy: unattended }, async (run, workplace) => {
      await resultOf(run);
      for (const request of [undefined, {}, [], 'text', { run: 'nobody', ...ada }])
        await expect(resultOf(await startRollback(workplace, request))).rejects.toHaveProperty('cause.message');
    });
  });

  test('a programming error does not turn the run back: it waits for a fixed worker', async () => {
    const fake = shop();
    await during({ fake, policy: { ...unattended, failureWaitSeconds: 'a typo' as never }, failAfter: new Set(['scaleDown stop/web']) }, async (run) => {
      await soon(async () => ((await run.fetchHistory()).events?.some(({ workflowTaskFailedEventAttributes: failed }) => failed) ? true : undefined));
      expect((await run.describe()).status.name).toBe('RUNNING');
      expect(fake.changes).toEqual(order);
      await run.terminate();
    });
  });
});
