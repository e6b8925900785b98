import { parse } from 'yaml';
import { until } from '../cli/support/rehelm.js';
import { hash, planShop, type ShopKind, shopKind, specText } from '../cli/support/shop-kind.js';
import { shop, stop } from '../support/shop.js';
import { env, startTemporal, stopTemporal } from '../support/temporal.js';
import { atPortal, type Portal } from './support/portal.js';

beforeAll(startTemporal, 60_000);
afterAll(stopTemporal);

let releases = 0;

/** Every test moves a release of its own, since one Temporal serves them all. */
function scene(kind: ShopKind, body: (portal: Portal, at: { spec: object; id: string; fake: ReturnType<typeof shop> }) => Promise<void>): Promise<void> {
  const fake = shop();
  const release = `api-${++releases}`;
  const spec = parse(specText.replace('release: web', `release: ${release}`));
  return atPortal({ fake, kinds: shopKind(kind) }, (portal) => body(portal, { spec, id: `migrate~shop~${release}`, fake }));
}

const api = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'api' } as const;
const impatientStop = stop('api', { input: { workload: api, withinSeconds: 0.1 } });
const ended = (portal: Portal, id: string, phase: string) => until(async () => (await portal.get(`/v1/runs/${id}`)).body.phase === phase);

test('a preview shows the plan with its hash and what stands in the way, and changes nothing', () =>
  scene({ problems: [{ check: 'quota', message: '3 GiB are missing' }] }, async ({ post }, { spec, fake }) => {
    const { status, body } = await post('/v1/plans', { spec });
    expect({ status, ...body }).toMatchObject({
      status: 200,
      hash,
      plan: { title: 'Move shop to Helm' },
      problems: [{ check: 'quota', message: '3 GiB are missing' }],
    });
    expect(fake.allChanges).toEqual([]);
  }));

test('a spec that is wrong is answered with a pointer to every place', () =>
  scene(
    {
      invalid: [
        { path: ['target', 'a/b'], message: 'unknown key a/b' },
        { path: ['target', 'chart'], message: 'is not there' },
      ],
    },
    async ({ post }, { spec }) => {
      const { status, body, headers } = await post('/v1/plans', { spec });
      expect(status).toBe(422);
      expect(headers['content-type']).toContain('application/problem+json');
      expect(body).toMatchObject({
        type: '/problems/InvalidSpec',
        failure: 'InvalidSpec',
        problems: [
          { pointer: '/spec/target/a~1b', message: 'unknown key a/b' },
          { pointer: '/spec/target/chart', message: 'is not there' },
        ],
      });
    },
  ));

test('a run is found by its id and by its workflow however many have begun since', () =>
  scene({ policy: { start: 'ask' } }, async ({ get, post, queue }, { spec, id }) => {
    const { run } = (await post('/v1/runs', { spec })).body;
    await until(async () => (await get(`/v1/runs/${id}`)).body.waitingFor === 'approval');
    const later = Array.from({ length: 101 }, (_, index) => ({ taskQueue: queue, workflowId: `later/${index}`, args: [{}], startDelay: '1 day' }) as const);
    const begun = await Promise.all(later.map((options) => env.client.workflow.start('kustomizeToHelm', options)));
    await until(async () => (await env.client.workflow.count(`WorkflowId STARTS_WITH 'later/'`)).count >= begun.length);
    for (const name of [id, run]) {
      const { status, body } = await get(`/v1/runs/${name}`);
      expect({ status, ...body }).toMatchObject({ status: 200, id, run, open: true, waitingFor: 'approval' });
    }
    await Promise.all(begun.map((each) => each.terminate()));
  }));

test('a run is started, and seen to its end', () =>
  scene({}, async (portal, { spec, id }) => {
    const { status, body, headers } = await portal.post('/v1/runs', { spec });
    expect({ status, location: headers['location'], id: body.id }).toEqual({ status: 202, location: `/v1/runs/${id}`, id });
    await ended(portal, id, 'Succeeded');
    expect((await portal.get(`/v1/runs/${id}`)).body).toMatchObject({ phase: 'Succeeded', committed: true, open: false, verbs: ['rollback', 'finalize'] });
    expect((await portal.get(`/v1/runs/${id}/report`)).body).toMatchObject({ phase: 'Succeeded' });
    expect((await portal.get(`/v1/runs/${id}/report?format=md`)).body).toContain('# Move shop to Helm');
    const page = await portal.get(`/v1/runs/${id}/report`, { accept: 'text/html,application/xhtml+xml;q=0.9' });
    expect(page).toMatchObject({ body: expect.stringContaining('<h1>Move shop to Helm</h1>'), headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; .*sandbox$/);
    expect((await portal.get(`/v1/runs/${id}/plan`)).body).toMatchObject({ hash });
    expect((await portal.get(`/v1/runs/${id}/journal`)).body.entries.length).toBe(3);
  }));

test('an approval that comes with the start counts for just that plan', () =>
  scene({ policy: { start: 'ask' } }, async (portal, { spec, id }) => {
    await portal.post('/v1/runs', { spec, plan: 'beef' });
    await until(async () => (await portal.get(`/v1/runs/${id}`)).body.waitingFor === 'approval');
    expect(await portal.post(`/v1/runs/${id}/approve`, { gate: 'start', plan: 'beef' })).toMatchObject({ status: 409, body: { failure: 'WrongMoment' } });
    expect(await portal.post(`/v1/runs/${id}/rollback`, { reason: 'not what I saw' })).toMatchObject({ status: 202 });
    await ended(portal, id, 'RolledBack');
    await portal.post('/v1/runs', { spec, plan: hash });
    await ended(portal, id, 'Succeeded');
    const { decisions } = (await portal.get(`/v1/runs/${id}/report`)).body;
    expect(decisions).toMatchObject([{ choice: 'approve', by: 'ada@example.com', via: 'api', plan: hash, reason: 'approved ahead' }]);
  }));

test('a second run of the same release is refused with a link to the first', () =>
  scene({ policy: { start: 'ask' } }, async (portal, { spec, id }) => {
    await portal.post('/v1/runs', { spec });
    const { status, body } = await portal.post('/v1/runs', { spec });
    expect({ status, ...body }).toMatchObject({ status: 409, failure: 'RunInProgress', holder: { id, href: `/v1/runs/${id}` } });
  }));

test('a parked run is decided, and its question cannot be answered twice', () =>
  scene({ plan: () => ({ ...planShop(), phases: [{ id: 'prepare', title: 'Prepare', steps: [impatientStop] }] }) }, async (portal, { spec, id, fake }) => {
    fake.stalled = true;
    await portal.post('/v1/runs', { spec });
    await until(async () => (await portal.get(`/v1/runs/${id}`)).body.waitingFor === 'decision');
    expect((await portal.get(`/v1/runs/${id}`)).body.verbs).toEqual(['decide', 'pause', 'rollback']);
    fake.stalled = false;
    const answer = { question: 1, choice: 'retry', reason: 'let them end' };
    expect(await portal.post(`/v1/runs/${id}/decide`, { ...answer, question: 2 })).toMatchObject({ status: 409 });
    expect(await portal.post(`/v1/runs/${id}/decide`, answer)).toMatchObject({ status: 202 });
    await ended(portal, id, 'Succeeded');
    expect(await portal.post(`/v1/runs/${id}/decide`, answer)).toMatchObject({ status: 409, body: { failure: 'WrongMoment' } });
  }));

test('what does not fit the schema is told with its place, and an unknown run is not found', () =>
  scene({}, async ({ get, post }) => {
    const { status, body } = await post('/v1/runs/some~run/decide', { question: 'one', choice: 'retry', extra: 1 });
    expect(status).toBe(400);
    expect(body.problems.map(({ pointer }: { pointer: string }) => pointer)).toEqual(expect.arrayContaining(['/question', '/reason']));
    expect(await get('/v1/runs/no~such~run')).toMatchObject({ status: 404, body: { failure: 'UnknownRun', type: '/problems/UnknownRun' } });
    expect(await get('/v2')).toMatchObject({ status: 404, body: { failure: 'UnknownPath' } });
  }));
