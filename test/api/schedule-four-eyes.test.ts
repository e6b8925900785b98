import { apiKey } from '../../src/adapters/cluster-key/api-key.js';
import { specKinds } from '../../src/model/schema/kinds.js';
import { until } from '../cli/support/rehelm.js';
import { type Course, drilledCluster, drillSpec, drillSteps, nightly } from '../support/drill-kind.js';
import { env, startTemporal, stopTemporal } from '../support/temporal.js';
import { type Answer, atPortal, type Portal } from './support/portal.js';

beforeAll(startTemporal, 60_000);
afterAll(stopTemporal);

const as = (name: string) => ({ 'x-test-subject': name });
const why = { reason: 'CHG-4711' };
const at = (name: string) => `/v1/schedules/drill~web~${name}`;
let names = 0;

/** Four eyes are asked for in `web` by the API; the worker is told, or not. */
function scene(course: Course, body: (portal: Portal, name: string) => Promise<void>, told = true): Promise<void> {
  const fake = drilledCluster();
  const options = { fourEyes: () => ['web'], apiKey: apiKey({}, async () => fake), kinds: specKinds, requestsPerMinute: 100_000 };
  const settings = { fourEyes: told ? ['web'] : [] };
  return atPortal({ fake, kinds: drillSteps(course), settings, options }, (portal) => body(portal, `eyes-${++names}`));
}

const create = (portal: Portal, name: string, who: string) => portal.post('/v1/schedules', { spec: drillSpec(name, nightly) }, as(who));
const look = async (portal: Portal, name: string): Promise<Answer['body']> => (await portal.get(at(name))).body;
const shows = (portal: Portal, name: string, wanted: (shown: Answer['body']) => boolean) => until(async () => wanted(await look(portal, name)));

async function approve(portal: Portal, name: string, who: string, spec?: string): Promise<Answer> {
  return portal.post(`${at(name)}/approve`, { spec: spec ?? (await look(portal, name)).spec, ...why }, as(who));
}

const refused = (words: string) => ({ status: 403, body: { failure: 'NotAllowed', detail: expect.stringContaining(words) } });
const early = { status: 409, body: { failure: 'WrongMoment' } };

test('a schedule starts nothing until another person than who created it approved it; then it goes on, and its runs name both', () =>
  scene({ verdict: 'green' }, async (portal, name) => {
    expect(await create(portal, name, 'ada')).toMatchObject({ status: 201, body: { paused: true, createdBy: 'ada' } });
    for (const verb of ['resume', 'trigger']) expect(await portal.post(`${at(name)}/${verb}`, why, as('carol'))).toMatchObject(early);
    expect(await approve(portal, name, 'ada')).toMatchObject(refused('created this schedule'));
    expect(await approve(portal, name, 'bob', 'beef12345678')).toMatchObject(early);
    const before = await look(portal, name);
    expect(await approve(portal, name, 'bob')).toMatchObject({ status: 200 });
    expect(await look(portal, name)).toMatchObject({ paused: false, needsSecond: true, approvedBy: 'bob', next: before.next, spec: before.spec });
    expect(await approve(portal, name, 'carol')).toMatchObject(early);
    const { body: begun } = await portal.post(`${at(name)}/trigger`, why, as('ada'));
    await shows(portal, name, ({ runs }) => runs[0]?.verdict === 'green');
    const { body: report } = await portal.get(`/v1/runs/${begun.run}/report`);
    expect(report.decisions).toMatchObject([{ by: 'bob', via: 'api', question: 'start', choice: 'approve' }]);
  }));

test('who approved a schedule does not trigger it: nobody approves what they start', () =>
  scene({ verdict: 'green' }, async (portal, name) => {
    await create(portal, name, 'ada');
    await approve(portal, name, 'bob');
    expect(await portal.post(`${at(name)}/trigger`, why, as('bob'))).toMatchObject(refused('approved its runs'));
    expect((await look(portal, name)).runs).toEqual([]);
  }));

test('what was red is acknowledged by another person than who created or triggered it', () =>
  scene({ verdict: 'red' }, async (portal, name) => {
    await create(portal, name, 'ada');
    await approve(portal, name, 'bob');
    await portal.post(`${at(name)}/trigger`, why, as('carol'));
    await shows(portal, name, ({ paused }) => paused);
    const acknowledged = { ...why, acknowledge: true };
    for (const verb of ['resume', 'trigger']) {
      expect(await portal.post(`${at(name)}/${verb}`, acknowledged, as('ada'))).toMatchObject(refused('created this schedule'));
      expect(await portal.post(`${at(name)}/${verb}`, acknowledged, as('carol'))).toMatchObject(refused('triggered it'));
    }
    expect(await portal.post(`${at(name)}/resume`, acknowledged, as('bob'))).toMatchObject({ status: 200 });
    expect((await look(portal, name)).unacknowledged).toBeUndefined();
  }));

/** As the Temporal UI does it. */
async function triggerByHand(name: string): Promise<void> {
  const handle = env.client.schedule.getHandle(`drill/web/${name}`);
  await handle.unpause();
  await handle.trigger();
}

test.each([true, false])(
  'what Temporal’s own buttons start without the approval, or with one that nobody signed, is not run; the worker was told: %s',
  (told) =>
    scene(
      { verdict: 'green' },
      async (portal, name) => {
        await create(portal, name, 'ada');
        await triggerByHand(name);
        await shows(portal, name, ({ runs }) => runs[0]?.verdict === 'notRun');
        expect((await look(portal, name)).runs[0].why).toContain('nobody else has approved it');
        await env.client.schedule.getHandle(`drill/web/${name}`).update((before) => {
          const standing = { ...(before.action.memo!['standingApproval'] as object), second: { by: 'bob', via: 'api', signature: 'f'.repeat(64) } };
          return { ...before, action: { ...before.action, memo: { ...before.action.memo, standingApproval: standing } } };
        });
        await triggerByHand(name);
        await shows(portal, name, ({ runs }) => runs.length === 2 && runs[0]?.verdict === 'notRun');
        expect((await look(portal, name)).runs[0].why).toContain('does not carry the API’s signature');
      },
      told,
    ),
);

test('a spec that asks nobody is refused, and in other namespaces who creates a schedule approves it', () =>
  scene({ verdict: 'green' }, async (portal, name) => {
    const lax = { ...drillSpec(name, nightly), approval: 'none' };
    expect(await portal.post('/v1/schedules', { spec: lax }, as('ada'))).toMatchObject({ status: 422, body: { problems: [{ pointer: '/spec/approval' }] } });
    const { status, body } = await portal.post('/v1/schedules', { spec: drillSpec(name, nightly, 'bank') }, as('ada'));
    expect({ status, body }).toMatchObject({ status: 201, body: { paused: false } });
    expect(await portal.post(`${body.href}/approve`, { spec: body.spec, ...why }, as('bob'))).toMatchObject(early);
  }));
