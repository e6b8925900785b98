import { parse } from 'yaml';
import type { Subject } from '../../src/api/access/roles.js';
import type { Api } from '../../src/api/routes/route.js';
import { until } from '../cli/support/rehelm.js';
import { hash, planShop, type ShopKind, shopKind, specText } from '../cli/support/shop-kind.js';
import { shop, stop } from '../support/shop.js';
import { env, startTemporal, stopTemporal } from '../support/temporal.js';
import { atPortal, type Portal } from './support/portal.js';
import { knowSearchAttributes } from './support/search-attributes.js';

beforeAll(startTemporal, 60_000);
afterAll(stopTemporal);

const subjectOf = async ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): Promise<Subject> => ({
  name: 'somebody',
  isMachine: false,
  grants: [{ role: 'viewer', namespaces: [headers['x-test-subject'] === 'banker' ? 'bank' : 'shop'] }],
});

/** What a stream tells until it says that nobody answers. */
async function firstOf(api: Api, url: string): Promise<string> {
  const origin = await api.listen({ host: '127.0.0.1', port: 0 });
  const stop = new AbortController();
  const { body } = await fetch(`${origin}${url}`, { headers: { accept: 'text/event-stream' }, signal: stop.signal });
  let text = '';
  for await (const chunk of body ?? []) {
    text += new TextDecoder().decode(chunk as Uint8Array);
    if (text.includes('away')) break;
  }
  stop.abort();
  return text;
}

let scenes = 0;

interface At {
  readonly id: string;
  readonly run: string;
}

/** A run as `before` leaves it, then the same API with no worker any more. */
async function orphaned(
  kind: ShopKind,
  before: (portal: Portal, id: string) => Promise<void>,
  after: (portal: Portal, at: At) => Promise<void>,
): Promise<void> {
  const queue = `orphaned-${process.pid}-${++scenes}`;
  const fake = shop();
  fake.stalled = kind.plan === parking;
  const release = `orphan-${scenes}`;
  const settings = { searchAttributes: kind.policy?.searchAttributes ?? false };
  let at: At | undefined;
  await atPortal({ fake, kinds: shopKind(kind), queue, settings }, async (portal) => {
    const { body } = await portal.post('/v1/runs', { spec: parse(specText.replace('release: web', `release: ${release}`)) });
    at = { id: body.id, run: body.run };
    await before(portal, body.id);
  });
  await atPortal({ fake, kinds: {}, queue, worker: false, options: { subjectOf } }, (portal) => after(portal, at!));
}

const phaseIs = (portal: Portal, id: string, phase: string) => until(async () => (await portal.get(`/v1/runs/${id}`)).body.phase === phase);

const impatient = { ...stop('api'), input: { workload: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'api' }, withinSeconds: 0.1 } };
const parking = () => {
  const plan = planShop();
  const [first, ...rest] = plan.phases;
  return { ...plan, phases: [{ ...first!, steps: [first!.steps[0]!, impatient] }, ...rest] };
};

test('a run that waits for its approval is shown with its plan, so that it can be looked at before a worker is back', () =>
  orphaned(
    { policy: { start: 'ask' } },
    (portal, id) => until(async () => (await portal.get(`/v1/runs/${id}`)).body.waitingFor === 'approval'),
    async ({ get }, { id, run }) => {
      const { status, body } = await get(`/v1/runs/${id}`);
      expect({ status, ...body }).toMatchObject({
        status: 200,
        id,
        run,
        kind: 'KustomizeToHelm',
        phase: 'AwaitingApproval',
        waitingFor: 'approval',
        open: true,
      });
      expect(body).toMatchObject({ title: 'Move shop to Helm', committed: false, namespaces: ['shop'], verbs: ['approve', 'withdraw', 'pause', 'rollback'] });
      expect(Date.parse(body.asOf)).toBeLessThanOrEqual(Date.now());
      expect((await get(`/v1/runs/${id}/plan`)).body).toMatchObject({ hash, plan: { title: 'Move shop to Helm' }, asOf: body.asOf });
      expect((await get(`/v1/runs/${id}/journal`)).body).toEqual({ entries: [], asOf: body.asOf });
      expect((await get(`/v1/runs/${id}/report`)).body).toMatchObject({ run, gate: 'start', plan: hash, asOf: body.asOf, phase: 'AwaitingApproval' });
      // By the run's own id, too.
      expect((await get(`/v1/runs/${run}`)).body).toMatchObject({ id, run, asOf: body.asOf });
    },
  ));

test('of a run that stands in the middle the journal and the report tell what was begun, what was done and who decided, until when', () =>
  orphaned(
    { plan: parking, policy: { start: 'ask' } },
    async (portal, id) => {
      await until(async () => (await portal.get(`/v1/runs/${id}`)).body.waitingFor === 'approval');
      await portal.post(`/v1/runs/${id}/approve`, { gate: 'start', plan: hash, reason: 'CHG-1' });
      await until(async () => (await portal.get(`/v1/runs/${id}`)).body.waitingFor === 'decision');
      const kept = (await portal.get(`/v1/runs/${id}/journal`)).body;
      expect(kept).not.toHaveProperty('asOf');
      expect(kept.entries.map(({ state }: { state: string }) => state)).toEqual(['done', 'begun']);
    },
    async ({ get }, { id }) => {
      const { status, body: journal } = await get(`/v1/runs/${id}/journal`);
      const told = planShop().phases[0]!.steps.map(({ id: step, step: kind, title }) => ({ id: step, step: kind, title }));
      expect(status).toBe(200);
      expect(journal.entries).toMatchObject([
        { ...told[0], state: 'done' },
        { ...told[1], state: 'begun' },
      ]);
      const { body: report } = await get(`/v1/runs/${id}/report`);
      expect(report.steps.map(({ state }: { state: string }) => state)).toEqual(['done', 'begun', 'planned']);
      expect(report.decisions).toMatchObject([{ choice: 'approve', question: 'start', by: 'ada@example.com', via: 'api', plan: hash, reason: 'CHG-1' }]);
      expect(report).toMatchObject({ asOf: journal.asOf, committed: false, notes: expect.arrayContaining([expect.stringContaining(journal.asOf)]) });
      expect((await get(`/v1/runs/${id}/report?format=md`)).body).toContain(`until ${journal.asOf}`);
    },
  ));

test('a run that has ended is told as it ended, with the rollback that stands in the middle', () =>
  orphaned(
    {},
    async (portal, id) => {
      await phaseIs(portal, id, 'Succeeded');
      await portal.post(`/v1/runs/${id}/rollback`, { reason: 'back', acceptDataLoss: true });
      await phaseIs(portal, id, 'RolledBack');
      const { entries } = (await portal.get(`/v1/runs/${id}/journal`)).body;
      expect(entries.map(({ state }: { state: string }) => state)).toEqual(['undone', 'undone', 'undone']);
    },
    async ({ get }, { id }) => {
      const { body } = await get(`/v1/runs/${id}`);
      expect(body).toMatchObject({ phase: 'RolledBack', open: false, committed: true, verbs: [] });
      const { body: report } = await get(`/v1/runs/${id}/report`);
      expect(report).toMatchObject({ phase: 'RolledBack', asOf: body.asOf });
      expect(report.checks.length).toBeGreaterThan(0);
      expect((await get(`/v1/runs/${id}/journal`)).body.entries.map(({ state }: { state: string }) => state)).toEqual(['undone', 'undone', 'undone']);
      expect((await get(`/v1/runs/${id}/plan`)).body).toMatchObject({ hash, asOf: expect.any(String) });
    },
  ));

test('events, which only the run itself knows, are refused with when to try again; what is none of its runs is not found', () =>
  orphaned(
    { policy: { start: 'ask' } },
    (portal, id) => until(async () => (await portal.get(`/v1/runs/${id}`)).body.waitingFor === 'approval'),
    async ({ get, api }, { id }) => {
      expect(await get(`/v1/runs/${id}/events`)).toMatchObject({
        status: 503,
        headers: { 'retry-after': '5', 'content-type': expect.stringContaining('application/problem+json') },
        body: { failure: 'NoWorker' },
      });
      expect(await firstOf(api, `/v1/runs/${id}/events`)).toMatch(/^retry: 2000\n\nevent: away\ndata: {}\n\n$/);
      expect(await get('/v1/runs/migrate~shop~never')).toMatchObject({ status: 503, headers: { 'retry-after': '5' }, body: { failure: 'NoWorker' } });
      for await (const { workflowId } of env.client.workflow.list({ query: "WorkflowType = 'findRuns'" })) {
        expect(await get(`/v1/runs/${workflowId.replaceAll('/', '~')}`)).toMatchObject({ status: 404 });
        break;
      }
    },
  ));

describe('with search attributes', () => {
  beforeAll(knowSearchAttributes);

  test('a run that waits for a decision is told so, and who may not see its namespaces is told nothing', () =>
    orphaned(
      { plan: parking, policy: { searchAttributes: true } },
      (portal, id) => until(async () => (await portal.get(`/v1/runs/${id}`)).body.waitingFor === 'decision'),
      async ({ get }, { id }) => {
        expect((await get(`/v1/runs/${id}`)).body).toMatchObject({
          phase: 'Parked',
          waitingFor: 'decision',
          verbs: ['decide', 'pause', 'rollback'],
          asOf: expect.any(String),
        });
        const others = ['', '/plan', '/journal', '/report', '/events'].map((part) => get(`/v1/runs/${id}${part}`, { 'x-test-subject': 'banker' }));
        expect((await Promise.all(others)).map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
      },
    ));
});
