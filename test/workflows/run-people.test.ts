import { approve, decide, pause, withdraw } from '../../src/workflows/engine/messages.js';
import {
  ada,
  answer,
  attended,
  type Body,
  during as duringRun,
  gated,
  modes,
  question,
  type Rig,
  reaches,
  refused,
  resultOf,
  seen,
  sleep,
  soon,
} from '../support/engine.js';
import { endWork } from '../support/shared-worker.js';
import { changed, planCommit, shop } from '../support/shop.js';
import { startTemporal } from '../support/temporal.js';

beforeAll(startTemporal, 60_000);
afterAll(endWork);

const order = [changed.keep, changed.api, changed.web];
const before = shop().world();
const hash = 'cafe12345678';

describe.each(modes)('people and a run ($mode)', ({ maxCachedWorkflows }) => {
  const during = (rig: Partial<Rig>, body: Body) => duringRun({ maxCachedWorkflows, ...rig }, body);

  test.each([
    { change: changed.api, after: [changed.keep, changed.api], choice: 'resume' as const, phase: 'Succeeded' },
    { change: changed.web, after: order, choice: 'rollback' as const, phase: 'RolledBack' },
  ])('a cancel during "$change" lets it end, then asks: $choice', async ({ change, after, choice, phase }) => {
    const fake = shop();
    const hang = fake.hangAfter(change);
    await during({ fake }, async (run) => {
      await hang.reached;
      await run.cancel();
      await sleep(300);
      expect((await seen(run)).phase).toBe('Running');
      hang.release();
      await question(run, 'Cancel was requested');
      expect(fake.changes).toEqual(after);
      await answer(run, 'Cancel was requested', choice);
      expect((await resultOf(run)).phase).toBe(phase);
    });
  });

  test('can be paused again after a cancel, also while it waits for approval', async () => {
    const fake = shop();
    await during({ fake, policy: gated }, async (run) => {
      await reaches(run, 'AwaitingApproval');
      await run.cancel();
      await answer(run, 'Cancel was requested', 'resume');
      await reaches(run, 'AwaitingApproval');
      await run.executeUpdate(pause, { args: [{ by: 'bob', reason: 'phone call' }] });
      await answer(run, 'bob: phone call', 'rollback');
      expect((await resultOf(run)).phase).toBe('RolledBack');
      expect(fake.changes).toEqual([]);
    });
  });

  test('hears a pause that comes while it is parked, before the next step', async () => {
    const fake = shop();
    const hang = fake.hangAfter(changed.api);
    await during({ fake }, async (run) => {
      await hang.reached;
      await run.cancel();
      hang.release();
      const first = await question(run, 'Cancel was requested');
      await run.executeUpdate(pause, { args: [{ by: 'bob', reason: 'wait for me' }] });
      await run.executeUpdate(decide, { args: [{ ...ada, question: first.number, choice: 'resume' }] });
      await answer(run, 'bob: wait for me', 'rollback');
      expect((await resultOf(run)).phase).toBe('RolledBack');
      expect(fake.changes).not.toContain(changed.web);
    });
  });

  test('refuses empty messages without getting stuck', async () => {
    await during({ policy: gated }, async (run) => {
      await reaches(run, 'AwaitingApproval');
      for (const message of ['approve', 'withdraw', 'decide', 'pause', 'rollback']) {
        for (const args of [[], [{}], [[]], ['text'], [null]])
          await expect(run.executeUpdate(message, { args: args as [] })).rejects.toHaveProperty('cause.message');
      }
      await run.executeUpdate(pause, { args: [{ by: 'bob', reason: 'still alive' }] });
      await answer(run, 'bob: still alive', 'rollback');
      expect((await resultOf(run)).phase).toBe('RolledBack');
    });
  });

  test('goes back when nobody answers in time, and a person can ask for more time', async () => {
    const fake = shop();
    await during({ fake, policy: { ...attended, failureWaitSeconds: 2 }, failAfter: new Set(['scaleDown stop/api']) }, async (run) => {
      await expect(answer(run, 'Stop api', 'wait', { for: '9999999999d' })).rejects.toHaveProperty('cause.message', 'for: longer than a year');
      await answer(run, 'Stop api', 'wait', { for: '1h' });
      await sleep(3500);
      const { question: open } = await seen(run);
      expect(open).toMatchObject({ default: 'rollback', choices: ['retry', 'skip', 'rollback', 'wait'] });
      await answer(run, 'Stop api', 'wait', { for: '1s' });
      expect(await resultOf(run)).toMatchObject({
        phase: 'RolledBack',
        decisions: [{ choice: 'wait' }, { choice: 'wait' }, { by: 'deadline', choice: 'rollback' }],
      });
      expect(fake.world()).toEqual(before);
    });
  });

  test('a retry may change what the step marks changeable, and nothing else', async () => {
    await during({ failAfter: new Set(['scaleDown stop/api']) }, async (run) => {
      const { number, changeable } = await question(run, 'Stop api');
      expect(changeable).toEqual(['withinSeconds']);
      const retry = { ...ada, question: number, choice: 'retry' };
      await expect(run.executeUpdate(decide, { args: [{ ...retry, change: { workload: 'web' } }] })).rejects.toMatchObject(
        refused('may change withinSeconds, not workload'),
      );
      await run.executeUpdate(decide, { args: [{ ...retry, change: { withinSeconds: 5 } }] });
      expect(await resultOf(run)).toMatchObject({ phase: 'Succeeded', decisions: [{ choice: 'retry', change: { withinSeconds: 5 } }] });
    });
  });

  test('is approved gate by gate, and only for the plan that was shown', async () => {
    const fake = shop();
    await during({ fake, policy: gated, plan: planCommit }, async (run) => {
      await reaches(run, 'AwaitingApproval');
      await expect(run.executeUpdate(approve, { args: [{ by: 'ada', gate: 'start', plan: 'old' }] })).rejects.toMatchObject(refused('look at it again'));
      await expect(run.executeUpdate(approve, { args: [{ by: 'ada', gate: 'begin', plan: hash }] })).rejects.toMatchObject(
        refused('gates of this plan: start, commit'),
      );
      await expect(run.executeUpdate(approve, { args: [{ by: 'ada', gate: 'commit', plan: hash }] })).rejects.toMatchObject(refused('while it is asked'));
      expect(fake.changes).toEqual([]);
      await run.executeUpdate(approve, { args: [{ by: 'ada', gate: 'start', plan: hash }] });
      await soon(async () => ((await seen(run)).gate === 'commit' ? true : undefined));
      expect(fake.changes).toEqual([changed.keep, changed.api]);
      await run.executeUpdate(approve, { args: [{ by: 'bob', gate: 'commit', plan: hash, via: 'cli' }] });
      const { phase, decisions, committed } = await resultOf(run);
      expect({ phase, committed }).toEqual({ phase: 'Succeeded', committed: true });
      expect(decisions).toMatchObject([
        { by: 'ada', question: 'start', choice: 'approve', via: 'temporal' },
        { by: 'bob', question: 'commit', choice: 'approve', via: 'cli' },
      ]);
    });
  });

  test('a plan that drifted since it was shown is shown and approved again', async () => {
    const fake = shop();
    let shown = 'aaaa';
    await during({ fake, policy: gated, hash: () => shown }, async (run) => {
      await reaches(run, 'AwaitingApproval');
      shown = 'bbbb';
      // What a query has seen may be from a task that comes to nothing: then the plan is made again.
      await soon(() =>
        run.executeUpdate(approve, { args: [{ by: 'ada', gate: 'start', plan: 'aaaa' }] }).then(
          () => true,
          () => undefined,
        ),
      );
      await soon(async () => ((await seen(run)).plan === 'bbbb' && (await seen(run)).gate === 'start' ? true : undefined));
      expect(fake.changes).toEqual([]);
      await expect(run.executeUpdate(approve, { args: [{ by: 'ada', gate: 'start', plan: 'aaaa' }] })).rejects.toMatchObject(
        refused("this run's plan is bbbb"),
      );
      await run.executeUpdate(approve, { args: [{ by: 'ada', gate: 'start', plan: 'bbbb' }] });
      expect((await resultOf(run)).phase).toBe('Succeeded');
    });
  });

  test('an approval given ahead can be withdrawn until it is used', async () => {
    await during({ policy: gated }, async (run) => {
      await reaches(run, 'AwaitingApproval');
      await run.executeUpdate(pause, { args: [{ by: 'bob', reason: 'wait' }] });
      await question(run, 'bob: wait');
      await run.executeUpdate(approve, { args: [{ by: 'ada', gate: 'start', plan: hash }] });
      await run.executeUpdate(withdraw, { args: [{ ...ada, gate: 'start' }] });
      await answer(run, 'bob: wait', 'resume');
      await reaches(run, 'AwaitingApproval');
      await run.executeUpdate(approve, { args: [{ by: 'ada', gate: 'start', plan: hash }] });
      expect((await resultOf(run)).phase).toBe('Succeeded');
    });
  });
});
