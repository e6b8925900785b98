import { parse } from 'yaml';
import { HttpRuns } from '../../src/runs/http/http-runs.js';
import { until } from '../cli/support/rehelm.js';
import { hash, planShop, type ShopKind, shopKind, specText } from '../cli/support/shop-kind.js';
import { shop, stop } from '../support/shop.js';
import { env, startTemporal, stopTemporal } from '../support/temporal.js';
import { apiFor, askOf, atPortal, type Portal } from './support/portal.js';

beforeAll(startTemporal, 60_000);
afterAll(stopTemporal);

let releases = 0;

interface At {
  readonly spec: object;
  readonly id: string;
  readonly fake: ReturnType<typeof shop>;
}

function scene(kind: ShopKind, body: (portal: Portal, at: At) => Promise<void>): Promise<void> {
  const fake = shop();
  const release = `once-${++releases}`;
  const spec = parse(specText.replace('release: web', `release: ${release}`));
  return atPortal({ fake, kinds: shopKind(kind) }, (portal) => body(portal, { spec, id: `migrate~shop~${release}`, fake }));
}

const key = (name: string) => ({ 'idempotency-key': `test-key-${name}` });
const waits = (portal: Portal, id: string, what: string) => until(async () => (await portal.get(`/v1/runs/${id}`)).body.waitingFor === what);
const ended = (portal: Portal, id: string, phase: string) => until(async () => (await portal.get(`/v1/runs/${id}`)).body.phase === phase);
const decisionsOf = async (portal: Portal, id: string) => (await portal.get(`/v1/runs/${id}/report`)).body.decisions;
const asked: ShopKind = { policy: { start: 'ask' } };
const api = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'api' } as const;
const impatientStop = stop('api', { input: { workload: api, withinSeconds: 0.1 } });

/** How often a run of this release was begun. */
async function executionsOf(id: string): Promise<number> {
  let count = 0;
  for await (const _ of env.client.workflow.list({ query: `WorkflowId = '${id.replaceAll('~', '/')}'` })) count += 1;
  return count;
}

test('a start that is sent again is answered as the first time, also when the run has long ended, and nothing runs twice', () =>
  scene({}, async (portal, { spec, id }) => {
    const first = await portal.post('/v1/runs', { spec }, key('a'));
    expect(first.status).toBe(202);
    const again = await portal.post('/v1/runs', { spec }, key('a'));
    await ended(portal, id, 'Succeeded');
    await portal.post(`/v1/runs/${id}/rollback`, { reason: 'try again', acceptDataLoss: true });
    await ended(portal, id, 'RolledBack');
    const second = await portal.post('/v1/runs', { spec }, key('b'));
    expect(second.body.run).not.toBe(first.body.run);
    await ended(portal, id, 'Succeeded');
    const late = await portal.post('/v1/runs', { spec }, key('a'));
    for (const { status, body, headers } of [again, late])
      expect({ status, body, location: headers['location'] }).toEqual({ status: 202, body: first.body, location: first.headers['location'] });
    expect(await executionsOf(id)).toBe(2);
  }));

test('of ten equal starts at once one counts, and all have its answer', () =>
  scene(asked, async (portal, { spec, id }) => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => portal.post('/v1/runs', { spec }, key('same'))));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.run}`)).size).toBe(1);
    expect(answers[0]!.status).toBe(202);
    expect(await executionsOf(id)).toBe(1);
  }));

test('under a key that was used another body is refused, and another key on a held release has a link to its run', () =>
  scene(asked, async (portal, { spec, id }) => {
    await portal.post('/v1/runs', { spec }, key('a'));
    const other = await portal.post('/v1/runs', { spec, plan: hash }, key('a'));
    expect(other).toMatchObject({ status: 422, body: { failure: 'KeyReused' } });
    const held = await portal.post('/v1/runs', { spec }, key('b'));
    expect(held).toMatchObject({ status: 409, body: { failure: 'RunInProgress', holder: { id, href: `/v1/runs/${id}` } } });
    const ofBob = await portal.post('/v1/runs', { spec }, { ...key('a'), 'x-test-subject': 'bob@example.com' });
    expect(ofBob).toMatchObject({ status: 409, body: { failure: 'RunInProgress' } });
  }));

test('the order of fields makes no other body', () =>
  scene(asked, async (portal, { spec }) => {
    const first = await portal.post('/v1/runs', { spec, plan: 'beef' }, key('a'));
    const turned = Object.fromEntries(Object.entries(spec).reverse());
    expect(await portal.post('/v1/runs', { plan: 'beef', spec: turned }, key('a'))).toMatchObject({ status: 202, body: first.body });
  }));

test('a decision whose answer was lost with its API is taken once, and another replica says so', () =>
  scene({ plan: () => ({ ...planShop(), phases: [{ id: 'prepare', title: 'Prepare', steps: [impatientStop] }] }) }, async (portal, { spec, id, fake }) => {
    fake.stalled = true;
    await portal.post('/v1/runs', { spec });
    await waits(portal, id, 'decision');
    const killed = await apiFor(fake, portal.queue);
    await killed.listen({ host: '127.0.0.1', port: 0 });
    const answer = { question: 1, choice: 'retry', reason: 'disk enlarged' };
    const cut = new AbortController();
    const send = fetch(`${killed.listeningOrigin}/v1/runs/${id}/decide`, {
      method: 'POST',
      headers: { ...key('d'), 'content-type': 'application/json' },
      body: JSON.stringify(answer),
      signal: cut.signal,
    }).catch(() => undefined);
    await until(async () => (await decisionsOf(portal, id)).length === 1);
    cut.abort();
    await send;
    await killed.close();
    // The next attempt fails, too: question 2 waits, which this answer must not reach.
    await until(async () => (await portal.get(`/v1/runs/${id}/now`)).body.report.question?.number === 2);
    const again = await portal.post(`/v1/runs/${id}/decide`, answer, key('d'));
    expect(again).toMatchObject({ status: 202, body: { id, workflowId: id.replaceAll('~', '/') } });
    expect(await portal.post(`/v1/runs/${id}/decide`, { ...answer, choice: 'rollback' }, key('d'))).toMatchObject({
      status: 422,
      body: { failure: 'KeyReused' },
    });
    expect(await decisionsOf(portal, id)).toHaveLength(1);
    expect((await portal.get(`/v1/runs/${id}/now`)).body.report.question.number).toBe(2);
  }));

test('an approval that is sent again after the run has ended has its first answer', () =>
  scene(asked, async (portal, { spec, id }) => {
    await portal.post('/v1/runs', { spec });
    await waits(portal, id, 'approval');
    const approval = { gate: 'start', plan: hash, reason: 'CHG-1' };
    const first = await portal.post(`/v1/runs/${id}/approve`, approval, key('a'));
    await ended(portal, id, 'Succeeded');
    expect(await portal.post(`/v1/runs/${id}/approve`, approval, key('a'))).toMatchObject({ status: 202, body: first.body });
    expect(await portal.post(`/v1/runs/${id}/approve`, approval, key('b'))).toMatchObject({ status: 409 });
    expect(await decisionsOf(portal, id)).toHaveLength(1);
  }));

test('of five equal rollbacks of a closed run at once one counts; it is not taken for one of a later run', () =>
  scene({}, async (portal, { spec, id }) => {
    await portal.post('/v1/runs', { spec });
    await ended(portal, id, 'Succeeded');
    const body = { reason: 'second thoughts', acceptDataLoss: true };
    const answers = await Promise.all(Array.from({ length: 5 }, () => portal.post(`/v1/runs/${id}/rollback`, body, key('r'))));
    expect(answers.map(({ status, body: told }) => `${status} ${told.workflowId}`)).toEqual(Array(5).fill(`202 ${id.replaceAll('~', '/')}/rollback`));
    await ended(portal, id, 'RolledBack');
    await portal.post('/v1/runs', { spec });
    await ended(portal, id, 'Succeeded');
    expect(await portal.post(`/v1/runs/${id}/rollback`, body, key('r'))).toMatchObject({ status: 202 });
    expect((await portal.get(`/v1/runs/${id}`)).body).toMatchObject({ phase: 'Succeeded', open: false });
  }));

test('a pause under the same key counts once for each who asks', () =>
  scene(asked, async (portal, { spec, id }) => {
    await portal.post('/v1/runs', { spec });
    await waits(portal, id, 'approval');
    const url = `/v1/runs/${id}/pause`;
    await portal.post(url, { reason: 'call' }, key('p'));
    await portal.post(url, { reason: 'call' }, key('p'));
    await portal.post(url, { reason: 'call' }, { ...key('p'), 'x-test-subject': 'bob@example.com' });
    expect((await decisionsOf(portal, id)).map(({ by }: { by: string }) => by)).toEqual(['ada@example.com', 'bob@example.com']);
  }));

test('the client sends what was not answered again, under the same key', () =>
  scene(asked, async (portal, { spec, id }) => {
    await portal.api.listen({ host: '127.0.0.1', port: 0 });
    const keys: (string | null)[] = [];
    const lossy: typeof fetch = async (input, init) => {
      const request = new Request(input, init);
      keys.push(request.headers.get('idempotency-key'));
      const answer = await fetch(request);
      if (keys.length % 2 === 1) throw new TypeError('terminated');
      return answer;
    };
    const runs = new HttpRuns({ server: portal.api.listeningOrigin, fetch: lossy });
    const { workflowId } = await runs.start({ spec, files: [] });
    await waits(portal, id, 'approval');
    await runs.pause(workflowId, { reason: 'call' });
    expect(keys[0]).toMatch(/^[-0-9a-f]{36}$/);
    expect([keys[1], keys[3]]).toEqual([keys[0], keys[2]]);
    expect(keys[2]).not.toBe(keys[0]);
    expect(await decisionsOf(portal, id)).toHaveLength(1);
  }));

test('what the key says is never seen by Temporal, and a key must be one', () =>
  scene(asked, async (portal, { spec, id }) => {
    await portal.post('/v1/runs', { spec }, key('canary'));
    const { memo } = await env.client.workflow.getHandle(id.replaceAll('~', '/')).describe();
    expect(JSON.stringify(memo)).not.toContain('canary');
    expect(await portal.post('/v1/runs', { spec }, { 'idempotency-key': 'short' })).toMatchObject({ status: 400, body: { failure: 'BadRequest' } });
  }));

test('a replica with another key would not know it: the key is the same for all', async () =>
  scene(asked, async (portal, { spec, fake }) => {
    const first = await portal.post('/v1/runs', { spec }, key('a'));
    const replica = await apiFor(fake, portal.queue);
    expect(await askOf(replica).post('/v1/runs', { spec }, key('a'))).toMatchObject({ status: 202, body: first.body });
    const stranger = await apiFor(fake, portal.queue, { apiKey: async () => Buffer.alloc(32, 8) });
    expect(await askOf(stranger).post('/v1/runs', { spec }, key('a'))).toMatchObject({ status: 409 });
    await Promise.all([replica.close(), stranger.close()]);
  }));

test('while nobody takes work the outcome is unknown, and said to be; sent again when a worker is back it is done once', () => {
  const fake = shop();
  const release = `once-${++releases}`;
  const id = `migrate~shop~${release}`;
  const spec = parse(specText.replace('release: web', `release: ${release}`));
  const kinds = shopKind({ policy: { start: 'ask' } });
  const url = `/v1/runs/${id}/pause`;
  return atPortal({ fake, kinds, worker: false }, async ({ queue, post }) => {
    expect((await post('/v1/runs', { spec }, key('s'))).status).toBe(202);
    expect((await post('/v1/runs', { spec }, key('s'))).status).toBe(202);
    const unknown = await post(url, { reason: 'call' }, key('p'));
    expect(unknown).toMatchObject({ status: 504, body: { failure: 'OutcomeUnknown', hint: expect.stringContaining('same Idempotency-Key') } });
    await atPortal({ fake, kinds, queue }, async (portal) => {
      await until(async () => (await portal.get(`/v1/runs/${id}`)).body.waitingFor !== undefined);
      const again = await Promise.all([1, 2, 3].map(() => portal.post(url, { reason: 'call' }, key('p'))));
      expect(again.map(({ status }) => status)).toEqual([202, 202, 202]);
      expect(await decisionsOf(portal, id)).toHaveLength(1);
      expect(await executionsOf(id)).toBe(1);
    });
  });
});
