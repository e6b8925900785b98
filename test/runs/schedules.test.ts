import { setTimeout as sleep } from 'node:timers/promises';
import type { ScheduleDescription } from '@temporalio/client';
import { parseCron } from '../../src/model/schedule/cron.js';
import { dueTimes } from '../../src/model/schedule/due-times.js';
import { specKinds } from '../../src/model/schema/kinds.js';
import { clockSpec } from '../../src/runs/clock-spec.js';
import type { ShownSchedule } from '../../src/runs/schedules.js';
import { TemporalRuns } from '../../src/runs/temporal-runs.js';
import { TemporalSchedules } from '../../src/runs/temporal-schedules.js';
import { atDesk } from '../cli/support/rehelm.js';
import { type Course, drilledCluster, drillSpec, drillSteps, nightly } from '../support/drill-kind.js';
import { env, startTemporal, stopTemporal } from '../support/temporal.js';

beforeAll(startTemporal, 60_000);
afterAll(stopTemporal);

let names = 0;

interface At {
  readonly schedules: TemporalSchedules;
  readonly runs: TemporalRuns;
  readonly name: string;
  readonly id: string;
  readonly queue: string;
}

/** A worker with drills that come to what the test says; each test has a schedule of its own. */
function scene(course: Course, body: (at: At) => Promise<void>): Promise<void> {
  const name = `drill-${++names}`;
  return atDesk({ fake: drilledCluster(), kinds: drillSteps(course) }, ({ queue }) => {
    const parts = { client: env.client, taskQueue: queue, address: 'test', by: 'ada@laptop', via: 'cli' as const };
    const requestFiles = () => Promise.reject(new Error('no files here'));
    return body({
      schedules: new TemporalSchedules({ ...parts, kinds: specKinds }),
      runs: new TemporalRuns({ ...parts, requestFiles }),
      name,
      id: `drill/web/${name}`,
      queue,
    });
  });
}

/** Its drill goes on until it is released, at the latest when the test is over. */
function heldScene(body: (at: At, release: () => void) => Promise<void>): Promise<void> {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  return scene({ verdict: 'green', held }, (at) => body(at, release).finally(release));
}

const why = { reason: 'looked at it', acknowledge: false };
const found = { reason: 'a disk was slow', acknowledge: true };

async function until(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await sleep(100);
}

/** Waits until it shows that. */
async function shows({ schedules, id }: At, wanted: (shown: ShownSchedule) => boolean): Promise<ShownSchedule> {
  for (;;) {
    const shown = await schedules.show(id);
    if (wanted(shown)) return shown;
    await sleep(100);
  }
}

/** The product's schedule with other times: a cron has minutes. */
const everySeconds = (id: string, seconds: number) =>
  env.client.schedule.getHandle(id).update(({ action, policies, state }: ScheduleDescription) => ({
    action,
    policies,
    state,
    spec: { intervals: [{ every: seconds * 1000 }] },
  }));

describe('a schedule that is created', () => {
  test('is a schedule of Temporal’s own that skips, catches up ten minutes and pauses on failures, with who approved what until when', () =>
    scene({ verdict: 'green' }, async ({ schedules, name, id }) => {
      const created = await schedules.create({ spec: drillSpec(name, { ...nightly, approvedFor: '30d' }) });
      expect(created).toMatchObject({ id, kind: 'FailoverDrill', createdBy: 'ada@laptop', namespaces: ['web'], paused: false });
      const days = (Date.parse(created.approvedUntil) - Date.parse(created.createdAt)) / 86_400_000;
      expect(days).toBe(30);
      const { policies, action, spec, state } = await env.client.schedule.getHandle(id).describe();
      expect(policies).toEqual({ overlap: 'SKIP', catchupWindow: 600_000, pauseOnFailure: true });
      expect(action).toMatchObject({ workflowType: 'failoverDrill', workflowId: id, args: [{ metadata: { name } }] });
      expect(spec).toMatchObject({ timezone: 'Europe/Berlin', calendars: [{ comment: '30 2 * * *' }] });
      expect(state.note).toBe('created by ada@laptop via cli');
      expect((await schedules.show(id)).next).toEqual(created.next);
    }));

  test('names the times of the next year that a clock change drops or doubles', () =>
    scene({ verdict: 'green' }, async ({ schedules, name }) => {
      const { clockChanges } = await schedules.create({ spec: drillSpec(name, nightly) });
      expect([...new Set(clockChanges.map(({ change }) => change))].sort()).toEqual(['doubled', 'dropped']);
      for (const { local, firesAt } of clockChanges) {
        expect(local).toMatch(/02:30$/);
        expect(firesAt).toMatch(/^20\d\d-(03|10)-\d\dT0[01]:30/);
      }
    }));

  test('is the only one of its name, and is gone when it is deleted', () =>
    scene({ verdict: 'green' }, async ({ schedules, name, id }) => {
      await schedules.create({ spec: drillSpec(name, nightly) });
      await expect(schedules.create({ spec: drillSpec(name, nightly) })).rejects.toMatchObject({ type: 'ScheduleExists' });
      await until(async () => (await schedules.list()).some((each) => each.id === id));
      await schedules.delete(id);
      await expect(schedules.show(id)).rejects.toMatchObject({ type: 'UnknownSchedule' });
      await expect(schedules.delete(id)).rejects.toMatchObject({ type: 'UnknownSchedule' });
    }));

  test('is not one that somebody made by other means', () =>
    scene({ verdict: 'green' }, async ({ schedules, id, queue }) => {
      await env.client.schedule.create({
        scheduleId: id,
        spec: {},
        action: { type: 'startWorkflow', workflowType: 'failoverDrill', taskQueue: queue, args: [] },
      });
      for (const act of [schedules.show(id), schedules.pause(id, why), schedules.delete(id)])
        await expect(act).rejects.toMatchObject({ type: 'UnknownSchedule' });
    }));

  test.each([
    ['a migration', { kind: 'KustomizeToHelm', target: { namespace: 'web', release: 'web' } }, ['kind']],
    ['no schedule', drillSpec('x'), ['schedule']],
    ['no time zone', drillSpec('x', { cron: '0 3 * * *' }), ['schedule', 'timeZone']],
    ['more than 90 days', drillSpec('x', { ...nightly, approvedFor: '91d' }), ['schedule', 'approvedFor']],
    ['a day that no month has', drillSpec('x', { ...nightly, cron: '0 3 30 2 *' }), ['schedule', 'cron']],
    ['overlapping runs', drillSpec('x', { ...nightly, overlap: 'buffer' }), ['schedule', 'overlap']],
  ])('is refused with %s, at its place', async (_what, spec, path) => {
    const schedules = new TemporalSchedules({ client: env.client, taskQueue: 'none', address: 'test', by: 'ada', via: 'cli', kinds: specKinds });
    await expect(schedules.create({ spec })).rejects.toMatchObject({ type: 'InvalidSpec', details: [{ problems: [{ path }] }] });
  });
});

describe('a clock change', () => {
  const clock = (text: string, timeZone: string) => {
    const cron = parseCron(text);
    if (typeof cron === 'string') throw new Error(cron);
    return { cron, timeZone };
  };

  /** What Temporal itself says comes next. */
  async function nextOf(text: string, timeZone: string, from: string): Promise<readonly string[]> {
    const startAt = new Date(from);
    const scheduleId = `clock/${++names}`;
    const spec = { ...clockSpec(clock(text, timeZone), text, Date.parse('2026-11-22T00:00:00Z'), 0), startAt };
    const handle = await env.client.schedule.create({ scheduleId, spec, action: { type: 'startWorkflow', workflowType: 'none', taskQueue: 'none', args: [] } });
    const { info } = await handle.describe();
    return info.nextActionTimes.slice(0, 3).map((at) => at.toISOString().slice(0, 19));
  }

  test.each([
    ['Berlin’s spring', '30 2 * * *', 'Europe/Berlin', '2027-03-26T12:00:00Z', ['2027-03-27T01:30:00', '2027-03-28T01:30:00', '2027-03-29T00:30:00']],
    ['Berlin’s autumn', '30 2 * * *', 'Europe/Berlin', '2027-10-29T12:00:00Z', ['2027-10-30T00:30:00', '2027-10-31T00:30:01', '2027-11-01T01:30:00']],
    ['New York’s spring', '30 2 * * *', 'America/New_York', '2027-03-12T12:00:00Z', ['2027-03-13T07:30:00', '2027-03-14T07:30:00', '2027-03-15T06:30:00']],
    ['New York’s autumn', '30 1 * * *', 'America/New_York', '2027-11-05T12:00:00Z', ['2027-11-06T05:30:00', '2027-11-07T05:30:01', '2027-11-08T06:30:00']],
    [
      'every hour of Berlin’s spring',
      '30 * * * *',
      'Europe/Berlin',
      '2027-03-28T00:00:00Z',
      ['2027-03-28T00:30:00', '2027-03-28T01:30:00', '2027-03-28T02:30:00'],
    ],
    [
      'every hour of Berlin’s autumn',
      '30 * * * *',
      'Europe/Berlin',
      '2027-10-30T23:00:00Z',
      ['2027-10-30T23:30:00', '2027-10-31T00:30:01', '2027-10-31T02:30:00'],
    ],
  ])('in %s lets it fire once', async (_when, text, timeZone, from, expected) => expect(await nextOf(text, timeZone, from)).toEqual(expected));

  test.each([
    ['10-50/20 5,17 * JAN-DEC 1-5', 'Asia/Kolkata'],
    ['*/7 */5 28-31 2,6-8 *', 'Europe/Berlin'],
    ['0 0 * * SAT,SUN', 'America/New_York'],
  ])('is no matter of %s in %s: Temporal and we know the same times', async (text, timeZone) => {
    const { next } = await onQueue().create({ spec: drillSpec(`same-${++names}`, { cron: text, timeZone }) });
    const now = Date.now();
    const due = dueTimes(clock(text, timeZone), now, now + 200 * 86_400_000).slice(0, 10);
    expect(next).toEqual(due.map(({ at }) => new Date(at).toISOString()));
  });
});

const onQueue = () => new TemporalSchedules({ client: env.client, taskQueue: 'none', address: 'test', by: 'ada', via: 'cli', kinds: specKinds });

describe('a schedule against the real server', () => {
  test('fires at most two seconds late with its approval, and skips the times that come while a drill is open', () =>
    heldScene(async (at, release) => {
      const { schedules, runs, name, id } = at;
      await schedules.create({ spec: drillSpec(name, nightly) });
      await everySeconds(id, 2);
      const { runs: begun } = await shows(at, ({ skipped }) => skipped >= 2);
      expect(begun).toHaveLength(1);
      const [first] = begun;
      expect(first).toMatchObject({ verdict: 'running', workflowId: expect.stringMatching(new RegExp(`^${id}-20`)) });
      expect(Date.parse(first!.startedAt) - Date.parse(first!.scheduledAt)).toBeLessThanOrEqual(2000);
      await schedules.pause(id, { reason: 'seen enough' });
      release();
      await shows(at, (shown) => shown.runs[0]?.verdict === 'green');
      const { decisions } = (await runs.report(first!.workflowId)).report;
      expect(decisions).toMatchObject([{ question: 'start', choice: 'approve', by: 'ada@laptop', via: 'cli', reason: expect.stringContaining(id) }]);
    }));

  test('is paused by a red drill, and neither goes on nor is triggered before somebody has said what was found', () => {
    const course: Course = { verdict: 'red' };
    return scene(course, async (at) => {
      const { schedules, name, id } = at;
      await schedules.create({ spec: drillSpec(name, nightly) });
      await schedules.trigger(id, why);
      const { note, runs, unacknowledged } = await shows(at, ({ paused }) => paused);
      expect(note).toMatch(/^paused due to workflow failure: drill\/web\/.* is red: 3 acknowledged writes are lost/);
      expect(runs).toMatchObject([{ verdict: 'red', why: expect.stringContaining('3 acknowledged writes are lost') }]);
      expect(unacknowledged).toEqual(runs[0]);
      await expect(schedules.resume(id, why)).rejects.toMatchObject({ type: 'DrillNotAcknowledged', message: expect.stringContaining(runs[0]!.workflowId) });
      await expect(schedules.trigger(id, why)).rejects.toMatchObject({ type: 'DrillNotAcknowledged' });
      await env.client.schedule.getHandle(id).trigger();
      await shows(at, (shown) => shown.runs[0]?.verdict === 'notRun' && /^DrillNotAcknowledged/.test(shown.runs[0].why ?? ''));
      await schedules.resume(id, found);
      const after = await schedules.show(id);
      expect(after).toMatchObject({ paused: false, note: expect.stringMatching(/acknowledged \S+ \(red\) by ada@laptop via cli: a disk was slow/) });
      expect(after).not.toHaveProperty('unacknowledged');
      course.verdict = 'green';
      await schedules.pause(id, { reason: 'holidays' });
      await schedules.trigger(id, why);
      await shows(at, (shown) => shown.paused && shown.runs[0]?.verdict === 'green');
    });
  });

  test('is paused by an inconclusive drill, too', () =>
    scene({ verdict: 'inconclusive' }, async (at) => {
      await at.schedules.create({ spec: drillSpec(at.name, nightly) });
      await at.schedules.trigger(at.id, why);
      expect((await shows(at, ({ paused }) => paused)).unacknowledged).toMatchObject({ verdict: 'inconclusive' });
    }));

  test('is paused by a drill that is turned back before it has a result: it proves nothing', () =>
    scene({ verdict: 'lost' }, async (at) => {
      const spec = { ...drillSpec(at.name, nightly), onFailure: { wait: '1s', then: 'rollback' } };
      await at.schedules.create({ spec });
      await at.schedules.trigger(at.id, why);
      const { unacknowledged } = await shows(at, ({ paused }) => paused);
      expect(unacknowledged).toMatchObject({ verdict: 'inconclusive', why: expect.stringMatching(/it is RolledBack: .*: the driver is gone/) });
    }));

  test('whose drill somebody terminates is not well, and the next drill is refused', () =>
    heldScene(async (at) => {
      const { schedules, runs, name, id } = at;
      await schedules.create({ spec: drillSpec(name, nightly) });
      const { workflowId = '' } = await schedules.trigger(id, why);
      await until(async () => (await runs.see(workflowId)).report.steps.some(({ step, state }) => step === 'driveDrill' && state === 'begun'));
      await env.client.workflow.getHandle(workflowId).terminate('by mistake');
      await expect(schedules.trigger(id, why)).rejects.toMatchObject({ type: 'DrillNotAcknowledged' });
      await schedules.trigger(id, found);
      const { runs: last, note, gaps } = await shows(at, ({ paused }) => paused);
      expect(last).toMatchObject([
        { verdict: 'notRun', why: expect.stringMatching(/lock: .*whose workflow was ended in the middle/) },
        { verdict: 'inconclusive' },
      ]);
      expect(note).toContain('paused due to workflow failure');
      expect(gaps).toMatchObject([{ at: last[0]!.scheduledAt }]);
    }));

  test('is triggered by whoever presses the button in Temporal’s own UI, and the drill has its approval', () =>
    scene({ verdict: 'green' }, async (at) => {
      await at.schedules.create({ spec: drillSpec(at.name, nightly) });
      await env.client.schedule.getHandle(at.id).trigger();
      await shows(at, ({ runs }) => runs[0]?.verdict === 'green');
    }));

  test('starts no second drill beside an open one, and says which that is', () =>
    heldScene(async ({ schedules, name, id }) => {
      await schedules.create({ spec: drillSpec(name, nightly) });
      const { workflowId } = await schedules.trigger(id, why);
      await expect(schedules.trigger(id, why)).rejects.toMatchObject({ type: 'RunInProgress', details: [{ holder: { workflowId } }] });
    }));
});

describe('the approval that is given with a schedule', () => {
  /** Changes what Temporal keeps, as somebody could in its UI. */
  const edit = (id: string, change: (action: ScheduleDescription['action']) => ScheduleDescription['action']) =>
    env.client.schedule.getHandle(id).update(({ action, policies, state, spec }: ScheduleDescription) => ({ action: change(action), policies, state, spec }));

  test('ends at its time: later drills are not run, and the schedule is paused', () =>
    scene({ verdict: 'green' }, async (at) => {
      const { schedules, name, id } = at;
      await schedules.create({ spec: drillSpec(name, { ...nightly, approvedFor: '1s' }) });
      await sleep(1100);
      await schedules.trigger(id, why);
      const { runs, unacknowledged } = await shows(at, ({ paused }) => paused);
      expect(runs).toMatchObject([{ verdict: 'notRun', why: expect.stringContaining(`DrillNotRun: the approval of ${id} by ada@laptop ended at`) }]);
      expect(unacknowledged).toBeUndefined();
    }));

  test('is for just the spec that was scheduled', () =>
    scene({ verdict: 'green' }, async (at) => {
      const { schedules, name, id } = at;
      await schedules.create({ spec: drillSpec(name, nightly) });
      await edit(id, (action) => ({ ...action, args: [{ ...drillSpec(name, nightly), fault: { kind: 'sigkill' } }] }));
      await schedules.trigger(id, why);
      const { runs } = await shows(at, ({ paused }) => paused);
      expect(runs).toMatchObject([{ verdict: 'notRun', why: expect.stringMatching(/^DrillNotRun: this spec is \w{12}; ada@laptop approved \w{12}/) }]);
    }));

  test('is the same for the same spec in other words', () =>
    scene({ verdict: 'green' }, async (at) => {
      const { schedules, name, id } = at;
      await schedules.create({ spec: drillSpec(name, nightly) });
      await edit(id, (action) => ({ ...action, args: [{ ...drillSpec(name, { timeZone: 'Europe/Berlin', cron: '30 2 * * *', overlap: 'skip' }), load: {} }] }));
      await schedules.trigger(id, why);
      await shows(at, ({ runs }) => runs[0]?.verdict === 'green');
    }));
});
