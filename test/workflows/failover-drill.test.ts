import { createClusterLocks } from '../../src/adapters/journal/cluster-locks.js';
import type { Verdict } from '../../src/model/drill.js';
import { drillResults } from '../../src/model/drill-results.js';
import type { KubeObject } from '../../src/model/kube-object.js';
import { approve, decide, pause, report, rollback } from '../../src/workflows/engine/messages.js';
import { approved, drill, failureOf, reaches, remembered } from '../support/drill/drilling.js';
import { harmless, nodeOffDrill, orders, unattended } from '../support/drill/orders.js';
import { PlayedDrill, type Stage, stages } from '../support/drill/played-drill.js';
import { modes } from '../support/engine.js';
import { keepHistory } from '../support/product/histories.js';
import { endWork, type Run } from '../support/shared-worker.js';
import { startTemporal } from '../support/temporal.js';

beforeAll(startTemporal, 60_000);
afterAll(endWork);

const ada = { by: 'ada', reason: 'looked at it' };
const isFaulted = (stage: Stage) => stages.indexOf(stage) >= stages.indexOf('faulted');

async function answer(run: Run, choice: string): Promise<void> {
  const { question } = await reaches(run, 'Parked');
  await run.executeUpdate(decide, { args: [{ ...ada, question: question!.number, choice }] });
}

/** A drill whose course comes to this. */
function coming(verdict: Verdict): PlayedDrill {
  const played = new PlayedDrill(orders);
  played.verdict = verdict;
  return played;
}

describe('a drill', () => {
  test('that is green completes its workflow, once a person has approved it; nothing that it made is left', () =>
    drill({}, async (drilling) => {
      const { run, played } = drilling;
      expect(played.fake.changes).toEqual([]);
      await approved(run);
      const done = await run.result();
      expect(done).toMatchObject({ phase: 'Succeeded', decisions: [{ by: 'ada', choice: 'approve' }] });
      expect(drillResults(done)).toMatchObject([{ verdict: 'green', profile: 'strict', fault: 'nodeOff' }]);
      expect(played.acts).toEqual(['fault', 'revert by the driver']);
      expect(played.leftovers()).toEqual([]);
      expect(await remembered(drilling)).toMatchObject({ record: { phase: 'Succeeded', endedAt: expect.any(String) }, held: [] });
      await keepHistory('failover-drill.green', run);
    }));

  test.each([
    ['red', 'DrillRed', 'strict is red: recovery took 15 s; 10 s may it take'],
    ['inconclusive', 'DrillInconclusive', 'strict is inconclusive: the drill was told to stop'],
    ['notRun', 'DrillNotRun', 'strict is notRun: the target is not fully redundant: pg-2 silent'],
  ] as const)('that is %s fails its workflow as %s, with its report, and is cleaned up all the same', (verdict, type, message) =>
    drill({ played: coming(verdict), spec: unattended }, async (drilling) => {
      const failed = await failureOf(drilling.run);
      expect(failed).toMatchObject({ type, message, report: { phase: 'Succeeded', steps: [{ state: 'done' }, { result: { verdict } }, { state: 'done' }] } });
      expect(drilling.played.leftovers()).toEqual([]);
      expect(await remembered(drilling)).toMatchObject({ record: { phase: 'Succeeded', endedAt: expect.any(String) }, held: [] });
      await keepHistory(`failover-drill.${verdict === 'notRun' ? 'not-run' : verdict}`, drilling.run);
    }),
  );

  test('of several profiles goes through them one after the other, and the worst is its verdict', () =>
    drill({ played: coming('red'), spec: { ...unattended, profiles: { loose: {}, strict: { expect: { rto: '10s' } } } } }, async ({ run, played }) => {
      const { type, report: told } = await failureOf(run);
      expect(type).toBe('DrillRed');
      expect(told?.steps.map(({ id, state }) => [id, state])).toEqual(
        ['strict', 'loose'].flatMap((profile) => ['prepare', 'drive', 'clean'].map((step) => [`${step}/${profile}`, 'done'])),
      );
      expect(played.acts).toEqual(['fault', 'revert by the driver', 'fault', 'revert by the driver']);
    }));

  test('that would meet an obstacle is refused by name, and has touched nothing', () =>
    drill({ played: new PlayedDrill(orders.filter(({ metadata }) => metadata.name !== 'pg-2' && metadata.name !== 'pg-1')) }, async (drilling) => {
      const { type, message } = await failureOf(drilling.run);
      expect([type, message]).toEqual(['InvalidSpec', 'target.pods.selector: pg-0 is the only member: nobody could take over']);
      expect(drilling.played.fake.allChanges).toEqual([]);
      expect((await remembered(drilling)).record).toBeUndefined();
    }));

  test('beside a run that works in a namespace that may go down is refused, by its name', async () => {
    const played = new PlayedDrill([harmless('shop'), ...orders]);
    const locks = createClusterLocks(played.fake);
    await locks.take('r0', { workflowId: 'migrate/shop/shop', title: 'Move shop', since: '2027-01-01T00:00:00Z' }, ['release/shop/shop']);
    await drill({ played, spec: { ...unattended, allowed: { collateral: ['shop'] } } }, async ({ run }) => {
      expect((await failureOf(run)).message).toContain('lock: release/shop/shop is held by run r0 (workflow migrate/shop/shop');
      expect(played.acts).toEqual([]);
      expect(await locks.holder('fault')).toBeUndefined();
    });
  });

  test('for which a right is missing is refused, and says what the right is for', () => {
    const played = new PlayedDrill(orders);
    played.fake.deny({ verb: 'create', resource: 'clusterrolebindings' });
    return drill({ played }, async ({ run }) => {
      expect((await failureOf(run)).message).toBe(
        'access: the worker may not create clusterrolebindings.rbac.authorization.k8s.io (nodes, what is production, and the rights of the drill on nodes)',
      );
      expect(played.fake.allChanges).toEqual([]);
    });
  });

  test('outside its window is refused with the numbers', () => {
    const day = new Date(Date.now() + 3 * 86_400_000).toLocaleDateString('en-US', { weekday: 'short', timeZone: 'UTC' });
    return drill({ spec: { ...nodeOffDrill, allowed: { window: `${day} 03:00-05:00 UTC` } } }, async ({ run, played }) => {
      const { type, message } = await failureOf(run);
      expect([type, message]).toEqual([
        'PreflightFailed',
        expect.stringMatching(`^window: outside its window ${day} 03:00-05:00 UTC: it opens at 20.* 03:00 UTC$`),
      ]);
      expect(played.fake.allChanges).toEqual([]);
    });
  });

  test('in a window that all its courses may outlast is refused with the numbers', () =>
    // Every minute of the day, from now on: it closes at this minute of tomorrow at the latest.
    drill({ spec: { ...nodeOffDrill, allowed: { window: '00:00-24:00 UTC' }, expect: { redundancyWithin: '1d' } } }, async ({ run }) => {
      expect((await failureOf(run)).message).toMatch(/^window: its window 00:00-24:00 UTC closes at .* 00:00 UTC, in \d+ s; it may take 87000 s$/);
    }));

  test('in production is approved by another person than who signed its waiver', () => {
    const labelled = (name: string, labels: object) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }) as KubeObject;
    const production = [labelled('rehelm-system', { 'rehelm.dev/cluster': 'prod-eu' }), labelled('orders', {}), ...orders.slice(1)];
    const iUnderstand = { cluster: 'prod-eu', namespace: 'orders', by: 'Ada', until: '2999-01-01' };
    return drill({ played: new PlayedDrill(production), spec: { ...nodeOffDrill, iUnderstand } }, async ({ run }) => {
      const { plan, notes } = await reaches(run, 'AwaitingApproval');
      expect(notes[0]).toBe('orders in prod-eu is production; Ada knows, until 2999-01-01');
      await expect(run.executeUpdate(approve, { args: [{ by: 'ada', gate: 'start', plan }] })).rejects.toMatchObject({
        cause: { message: 'ada signed iUnderstand: another person approves start' },
      });
      await run.executeUpdate(approve, { args: [{ by: 'bob', gate: 'start', plan }] });
      expect(await run.result()).toMatchObject({ phase: 'Succeeded', decisions: [{ by: 'bob', choice: 'approve' }] });
    });
  });

  test('that is taken back before it was approved was not run', () =>
    drill({}, async (drilling) => {
      const { run, played } = drilling;
      await reaches(run, 'AwaitingApproval');
      await run.executeUpdate(rollback, { args: [ada] });
      expect(await failureOf(run)).toMatchObject({ type: 'DrillNotRun', message: 'it was taken back before it began: ada: looked at it' });
      expect(played.acts).toEqual([]);
      expect(played.leftovers()).toEqual([]);
    }));
});

describe('a drill that is stopped', () => {
  async function expectReverted(drilling: Parameters<typeof remembered>[0], stage: Stage): Promise<void> {
    expect(drilling.played.acts).toEqual(isFaulted(stage) ? ['fault', 'revert by the driver'] : []);
    expect(drilling.played.leftovers()).toEqual([]);
    expect(await remembered(drilling)).toMatchObject({ record: { phase: 'RolledBack', endedAt: expect.any(String) }, held: [] });
  }

  test.each(stages)('by a rollback while it is %s has its fault taken back, and its journal closes', (stage) =>
    drill({ spec: unattended }, async (drilling) => {
      const { run, played } = drilling;
      await played.holdAt(stage);
      await run.executeUpdate(rollback, { args: [ada] });
      expect(await failureOf(run)).toMatchObject({
        type: 'DrillInconclusive',
        message: 'it is RolledBack: ada: looked at it',
        report: { phase: 'RolledBack' },
      });
      await expectReverted(drilling, stage);
      if (stage === 'faulted') await keepHistory('failover-drill.rolled-back', run);
    }),
  );

  test.each(['pause', 'cancel'] as const)('by a %s has its fault taken back at once; gone on with, it is inconclusive, and the report is the driver’s', (way) =>
    drill({ spec: unattended }, async (drilling) => {
      const { run, played } = drilling;
      await played.holdAt('faulted');
      if (way === 'cancel') await run.cancel();
      else await run.executeUpdate(pause, { args: [ada] });
      await reaches(run, 'Parked');
      expect(played.acts).toEqual(['fault', 'revert by the driver']);
      await answer(run, 'resume');
      const { type, report: told } = await failureOf(run);
      expect(type).toBe('DrillInconclusive');
      expect(told).toMatchObject({
        phase: 'Succeeded',
        steps: [{}, { result: { verdict: 'inconclusive', reasons: ['the drill was told to stop'] } }, { state: 'done' }],
      });
      expect(played.acts).toEqual(['fault', 'revert by the driver']);
      expect(played.leftovers()).toEqual([]);
      expect((await remembered(drilling)).held).toEqual([]);
      if (way === 'pause') await keepHistory('failover-drill.stopped', run);
    }),
  );

  test('by a Terminate is taken back from its journal alone', () =>
    drill({ spec: unattended }, async (drilling) => {
      const { run, played, takeBack } = drilling;
      await played.holdAt('faulted');
      await run.terminate('wrong button');
      expect((await takeBack()).phase).toBe('RolledBack');
      await expectReverted(drilling, 'faulted');
    }));

  test('while its driver is lost waits until the guard has taken the fault back', () =>
    drill({ spec: unattended }, async (drilling) => {
      const { run, played } = drilling;
      await played.holdAt('faulted');
      played.loseDriver();
      await run.executeUpdate(rollback, { args: [ada] });
      expect((await failureOf(run)).report).toMatchObject({ phase: 'RolledBack' });
      expect(played.acts).toEqual(['fault', 'revert by the guard']);
      expect(played.leftovers()).toEqual([]);
    }));
});

describe('a drill whose driver is lost', () => {
  test.each(['steady', 'faulted'] as const)('while it is %s is inconclusive by the guard’s report, and is cleaned up', (stage) =>
    drill({ spec: unattended }, async (drilling) => {
      const { run, played } = drilling;
      await played.holdAt(stage);
      played.loseDriver();
      const { type, report: told } = await failureOf(run);
      expect(type).toBe('DrillInconclusive');
      expect(told).toMatchObject({ phase: 'Succeeded', steps: [{}, { result: { verdict: 'inconclusive' } }, { state: 'done' }] });
      expect(played.acts).toEqual(stage === 'faulted' ? ['fault', 'revert by the guard'] : []);
      expect(played.leftovers()).toEqual([]);
      if (stage === 'faulted') await keepHistory('failover-drill.driver-lost', run);
    }),
  );

  test('before it had a guard asks a person, and goes back', () =>
    drill({ spec: unattended }, async (drilling) => {
      const { run, played } = drilling;
      await played.holdAt('looking');
      played.loseDriver();
      const { question } = await reaches(run, 'Parked');
      expect(question?.text).toContain('the driver ended without a result');
      await answer(run, 'rollback');
      expect((await failureOf(run)).report).toMatchObject({ phase: 'RolledBack' });
      expect(played.acts).toEqual([]);
      expect(played.leftovers()).toEqual([]);
    }));
});

test.each(modes)('shows where it is while it is driven ($mode)', ({ maxCachedWorkflows }) =>
  drill({ spec: unattended, maxCachedWorkflows }, async ({ run, played }) => {
    await played.holdAt('faulted');
    expect(await run.query(report)).toMatchObject({ phase: 'Running', steps: [{ state: 'done' }, { state: 'begun' }, { state: 'planned' }] });
    played.goOn();
    expect(await run.result()).toMatchObject({ phase: 'Succeeded' });
  }),
);
