import { pino } from 'pino';
import type { Role, Subject } from '../../src/api/access/roles.js';
import { specKinds } from '../../src/model/schema/kinds.js';
import { until } from '../cli/support/rehelm.js';
import { type Course, drilledCluster, drillSpec, drillSteps, nightly } from '../support/drill-kind.js';
import { startTemporal, stopTemporal } from '../support/temporal.js';
import { type Answer, atPortal, type Portal } from './support/portal.js';

beforeAll(startTemporal, 60_000);
afterAll(stopTemporal);

const person = (name: string, role: Role, ...namespaces: readonly string[]): Subject => ({ name, isMachine: false, grants: [{ role, namespaces }] });
const people: Readonly<Record<string, Subject>> = {
  root: person('root', 'admin', '*'),
  viewer: person('viewer', 'viewer', 'web'),
  operator: person('operator', 'operator', 'web'),
  approver: person('approver', 'approver', 'web'),
  banker: person('banker', 'admin', 'bank'),
  machine: { ...person('machine', 'admin', 'web'), isMachine: true },
};
const as = (name: string) => ({ 'x-test-subject': name });
const subjectOf = async ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }) => people[String(headers['x-test-subject'] ?? 'root')]!;

interface At extends Portal {
  readonly lines: () => readonly Readonly<Record<string, unknown>>[];
}

function scene(course: Course, body: (portal: At) => Promise<void>): Promise<void> {
  const written: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line) => void written.push(line) });
  const options = { subjectOf, logger, kinds: specKinds, requestsPerMinute: 100_000 };
  return atPortal({ fake: drilledCluster(), kinds: drillSteps(course), options }, (portal) =>
    body({ ...portal, lines: () => written.map((line) => JSON.parse(line)) }),
  );
}

let names = 0;
const newName = () => `api-${++names}`;
const at = (name: string) => `/v1/schedules/drill~web~${name}`;
const why = { reason: 'CHG-4711' };
const shows = (portal: Portal, name: string, wanted: (shown: Answer['body']) => boolean) => until(async () => wanted((await portal.get(at(name))).body));

test('a schedule is created, looked at, paused, resumed, triggered and deleted', () =>
  scene({ verdict: 'green' }, async (portal) => {
    const name = newName();
    const created = await portal.post('/v1/schedules', { spec: drillSpec(name, nightly) });
    expect(created).toMatchObject({
      status: 201,
      headers: { location: at(name) },
      body: { id: `drill~web~${name}`, scheduleId: `drill/web/${name}`, createdBy: 'root' },
    });
    expect(created.body.clockChanges.length).toBeGreaterThan(0);
    await until(async () => (await portal.get('/v1/schedules')).body.schedules.length === 1);
    expect(await portal.post(`${at(name)}/pause`, why)).toMatchObject({ status: 200, body: { href: at(name) } });
    expect((await portal.get(at(name))).body).toMatchObject({ paused: true, note: 'paused by root via api: CHG-4711' });
    expect(await portal.post(`${at(name)}/resume`, why)).toMatchObject({ status: 200 });
    const { status, body } = await portal.post(`${at(name)}/trigger`, why);
    expect({ status, body }).toMatchObject({ status: 202, body: { workflowId: expect.stringMatching(/^drill\/web\/api-\d+-20/) } });
    await shows(portal, name, ({ runs }) => runs[0]?.verdict === 'green');
    expect((await portal.get(`/v1/runs/${encodeURIComponent(body.workflowId.replaceAll('/', '~'))}`)).body).toMatchObject({
      phase: 'Succeeded',
      run: body.run,
    });
    expect(await portal.remove(at(name))).toMatchObject({ status: 204, body: undefined });
    expect(await portal.get(at(name))).toMatchObject({ status: 404, body: { failure: 'UnknownSchedule' } });
  }));

test('a drill is previewed with its plan; a report of a run that is no drill has no ledger to hold it against', () =>
  scene({ verdict: 'green' }, async (portal) => {
    const { status, body } = await portal.post('/v1/plans', { spec: drillSpec(newName()) });
    expect({ status, body }).toMatchObject({ status: 200, body: { plan: { kind: 'FailoverDrill', leavesNothing: true }, problems: [] } });
    const { body: begun } = await portal.post('/v1/runs', { spec: drillSpec(newName()) });
    await until(async () => (await portal.get(begun.href)).body.waitingFor === 'approval');
    expect((await portal.get(`${begun.href}/plan`)).status).toBe(200);
    expect(await portal.get(`${begun.href}/verification`)).toMatchObject({
      status: 409,
      body: { failure: 'NotFound', detail: expect.stringContaining('no course') },
    });
  }));

test('a reason of any length is taken; the note keeps its beginning', () =>
  scene({ verdict: 'red' }, async (portal) => {
    const name = newName();
    await portal.post('/v1/schedules', { spec: drillSpec(name, nightly) });
    await portal.post(`${at(name)}/trigger`, { reason: '€'.repeat(2000) });
    await shows(portal, name, ({ paused }) => paused);
    for (const verb of ['resume', 'pause']) {
      const { status } = await portal.post(`${at(name)}/${verb}`, { reason: '€'.repeat(2000), ...(verb === 'resume' && { acknowledge: true }) });
      expect(`${verb} ${status}`).toBe(`${verb} 200`);
    }
    const { note, unacknowledged } = (await portal.get(at(name))).body;
    expect(note).toMatch(/^paused by root via api: €+…\nacknowledged \S+ \(red\) by root via api: €+…$/);
    expect(unacknowledged).toBeUndefined();
  }));

test('after a red drill a trigger and a resume are conflicts until somebody acknowledges it', () =>
  scene({ verdict: 'red' }, async (portal) => {
    const name = newName();
    await portal.post('/v1/schedules', { spec: drillSpec(name, nightly) });
    await portal.post(`${at(name)}/trigger`, why);
    await shows(portal, name, ({ paused }) => paused);
    for (const verb of ['trigger', 'resume'])
      expect(await portal.post(`${at(name)}/${verb}`, why)).toMatchObject({ status: 409, body: { failure: 'DrillNotAcknowledged', hint: expect.any(String) } });
    expect(await portal.post(`${at(name)}/resume`, { ...why, acknowledge: true })).toMatchObject({ status: 200 });
    expect((await portal.get(at(name))).body.unacknowledged).toBeUndefined();
  }));

test('what is wrong in a spec is told with pointers, and a migration cannot be scheduled', () =>
  scene({ verdict: 'green' }, async (portal) => {
    const bad = await portal.post('/v1/schedules', { spec: drillSpec(newName(), { cron: '0 25 * * *', approvedFor: '1d' }) });
    expect(bad.status).toBe(422);
    expect(bad.body.problems.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/spec/schedule/cron', '/spec/schedule/timeZone']);
    const none = await portal.post('/v1/schedules', { spec: drillSpec(newName()) });
    expect(none).toMatchObject({ status: 422, body: { problems: [{ pointer: '/spec/schedule' }] } });
    const migration = await portal.post('/v1/schedules', { spec: specKinds.KustomizeToHelm.example });
    expect(migration).toMatchObject({ status: 422, body: { problems: [{ pointer: '/spec/kind', message: expect.stringContaining('cannot be scheduled') }] } });
  }));

test('a create that is sent again has the first answer, and another body or another key is told apart', () =>
  scene({ verdict: 'green' }, async (portal) => {
    const spec = drillSpec(newName(), nightly);
    const key = { 'idempotency-key': 'test-key-a' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => portal.post('/v1/schedules', { spec }, key)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.createdAt}`)).size).toBe(1);
    expect(answers[0]).toMatchObject({ status: 201, body: { clockChanges: expect.any(Array) } });
    const other = { spec: { ...spec, fault: { kind: 'sigkill' } } };
    expect(await portal.post('/v1/schedules', other, key)).toMatchObject({ status: 422, body: { failure: 'KeyReused' } });
    expect(await portal.post('/v1/schedules', { spec }, { 'idempotency-key': 'test-key-b' })).toMatchObject({
      status: 409,
      body: { failure: 'ScheduleExists' },
    });
    expect(await portal.post('/v1/schedules', { spec })).toMatchObject({ status: 409, body: { failure: 'ScheduleExists' } });
  }));

/** Who may do it where the schedule is theirs; whoever may see it is told 403, and whoever may not 404. */
const verbs: readonly (readonly [name: string, act: (portal: At, name: string, who: string) => Promise<Answer>, may: readonly string[]])[] = [
  ['look at', (portal, name, who) => portal.get(at(name), as(who)), ['viewer', 'operator', 'approver', 'machine', 'root']],
  ['pause', (portal, name, who) => portal.post(`${at(name)}/pause`, why, as(who)), ['operator', 'approver', 'root']],
  ['resume', (portal, name, who) => portal.post(`${at(name)}/resume`, why, as(who)), ['operator', 'approver', 'root']],
  ['trigger', (portal, name, who) => portal.post(`${at(name)}/trigger`, why, as(who)), ['operator', 'approver', 'root']],
  ['delete', (portal, name, who) => portal.remove(at(name), as(who)), ['approver', 'root']],
];

const outcomeOf = (status: number) => ({ 403: 'refused', 404: 'unknown' })[status] ?? (status < 300 ? 'done' : status);
const expectedOf = (who: string, may: readonly string[]) => (may.includes(who) ? 'done' : who === 'banker' ? 'unknown' : 'refused');

test.each(verbs)('who may %s a schedule, and who learns of it', (verb, act, may) =>
  scene({ verdict: 'green' }, async (portal) => {
    for (const who of Object.keys(people)) {
      const name = newName();
      await portal.post('/v1/schedules', { spec: drillSpec(name, nightly) });
      const outcome = outcomeOf((await act(portal, name, who)).status);
      expect(`${who} ${outcome}`).toBe(`${who} ${expectedOf(who, may)}`);
      // The cluster has one drill at a time.
      if (verb === 'trigger' && outcome === 'done') await shows(portal, name, ({ runs }) => runs[0]?.verdict === 'green');
    }
  }),
);

test('to create one is to approve: for approvers of every namespace that the spec names, and for people', () =>
  scene({ verdict: 'green' }, async (portal) => {
    for (const [who, wanted] of Object.entries({ viewer: 403, operator: 403, approver: 201, banker: 403, machine: 403, root: 201 })) {
      const { status } = await portal.post('/v1/schedules', { spec: drillSpec(newName(), nightly) }, as(who));
      expect(`${who} ${status}`).toBe(`${who} ${wanted}`);
    }
    const wide = { ...drillSpec(newName(), nightly), allowed: { collateral: ['bank'] } };
    expect((await portal.post('/v1/schedules', { spec: wide }, as('approver'))).status).toBe(403);
  }));

test('the list has what its reader may see', () =>
  scene({ verdict: 'green' }, async (portal) => {
    const [ours, theirs] = [newName(), newName()];
    await portal.post('/v1/schedules', { spec: drillSpec(ours, nightly) });
    await portal.post('/v1/schedules', { spec: drillSpec(theirs, nightly, 'bank') });
    const seen = async (who: string) => (await portal.get('/v1/schedules', as(who))).body.schedules.map(({ id }: { id: string }) => id);
    await until(async () => (await seen('root')).length === 2);
    expect(await seen('viewer')).toEqual([`drill~web~${ours}`]);
    expect(await seen('banker')).toEqual([`drill~bank~${theirs}`]);
  }));

test('every verb is one line of the log, taken or refused', () =>
  scene({ verdict: 'green' }, async (portal) => {
    const name = newName();
    await portal.post('/v1/schedules', { spec: drillSpec(name, nightly) });
    await portal.post(`${at(name)}/trigger`, why, as('viewer'));
    await portal.remove(at(name));
    expect(portal.lines()).toMatchObject([
      { by: 'root', verb: 'createSchedule', run: at(name), status: 201, outcome: 'taken' },
      { by: 'viewer', verb: 'triggerSchedule', run: `drill~web~${name}`, status: 403, outcome: 'NotAllowed' },
      { by: 'root', verb: 'deleteSchedule', run: `drill~web~${name}`, status: 204, outcome: 'taken' },
    ]);
  }));
