import { parse } from 'yaml';
import { apiKey } from '../../src/adapters/cluster-key/api-key.js';
import { until } from '../cli/support/rehelm.js';
import { hash, planShop, type ShopKind, shopKind, specText } from '../cli/support/shop-kind.js';
import { shop, stop } from '../support/shop.js';
import { env, startTemporal, stopTemporal } from '../support/temporal.js';
import { type Answer, atPortal, laxKinds, type Portal } from './support/portal.js';

beforeAll(startTemporal, 60_000);
afterAll(stopTemporal);

let releases = 0;
const api = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'api' } as const;
const skippable = stop('api', { input: { workload: api, withinSeconds: 0.1 }, skippable: true });
const as = (name: string) => ({ 'x-test-subject': name });

interface At {
  readonly spec: object;
  readonly id: string;
  readonly workflowId: string;
  readonly fake: ReturnType<typeof shop>;
}

/** Four eyes are asked for in the namespace `shop`; the worker is told, or not. */
function scene(kind: ShopKind, body: (portal: Portal, at: At) => Promise<void>, told = true): Promise<void> {
  const fake = shop();
  const release = `four-${++releases}`;
  const spec = parse(specText.replace('release: web', `release: ${release}`));
  const options = { fourEyes: () => ['shop'], apiKey: apiKey({}, async () => fake), kinds: laxKinds };
  return atPortal({ fake, kinds: shopKind(kind), settings: { fourEyes: told ? ['shop'] : [] }, options }, (portal) =>
    body(portal, { spec, id: `migrate~shop~${release}`, workflowId: `migrate/shop/${release}`, fake }),
  );
}

const asked: ShopKind = { policy: { start: 'ask', fourEyes: {} } };
const approval = { gate: 'start', plan: hash, reason: 'CHG-1' };
const waits = (portal: Portal, id: string, what: string) => until(async () => (await portal.get(`/v1/runs/${id}`)).body.waitingFor === what);
const ended = (portal: Portal, id: string, phase: string) => until(async () => (await portal.get(`/v1/runs/${id}`)).body.phase === phase);
const decisionsOf = async (portal: Portal, id: string) => (await portal.get(`/v1/runs/${id}/report`)).body.decisions;
const allowed = ({ status }: Answer) => status === 202;

/** As the Temporal UI sends it. */
const byHand = (workflowId: string, update: string, payload: object) =>
  env.client.workflow
    .getHandle(workflowId)
    .executeUpdate(update, { args: [payload] })
    .then(
      () => 'taken',
      (error: Error) => (error.cause as { type?: string } | undefined)?.type,
    );

test('who started a run does not approve it, roll it back with loss or finalize it; another person does', () =>
  scene(asked, async (portal, { spec, id }) => {
    expect(await portal.post('/v1/runs', { spec }, as('ada'))).toMatchObject({ status: 202 });
    await waits(portal, id, 'approval');
    expect(await portal.post(`/v1/runs/${id}/approve`, approval, as('ada'))).toMatchObject({
      status: 403,
      body: { failure: 'NotAllowed', detail: expect.stringContaining('another person') },
    });
    expect(allowed(await portal.post(`/v1/runs/${id}/approve`, approval, as('bob')))).toBe(true);
    await ended(portal, id, 'Succeeded');
    for (const [verb, body] of [
      ['rollback', { reason: 'why', acceptDataLoss: true }],
      ['finalize', { reason: 'why', early: true }],
    ] as const)
      expect((await portal.post(`/v1/runs/${id}/${verb}`, body, as('ada'))).status).toBe(403);
    expect(allowed(await portal.post(`/v1/runs/${id}/rollback`, { reason: 'why', acceptDataLoss: true }, as('bob')))).toBe(true);
    await ended(portal, id, 'RolledBack');
    expect((await decisionsOf(portal, id)).map(({ by, choice }: { by: string; choice: string }) => `${by} ${choice}`)).toEqual(['bob approve', 'bob rollback']);
  }));

test('an approval that comes past the API is refused and told in the report, whoever it says it is from; so is a signature that was not made for it', () =>
  scene(asked, async (portal, { spec, id, workflowId }) => {
    await portal.post('/v1/runs', { spec }, as('ada'));
    await waits(portal, id, 'approval');
    expect(await byHand(workflowId, 'approve', { ...approval, by: 'bob' })).toBe('NotSigned');
    expect(await byHand(workflowId, 'approve', { ...approval, by: 'bob', signature: 'f'.repeat(64) })).toBe('NotSigned');
    await portal.post(`/v1/runs/${id}/approve`, { ...approval, gate: 'commit' }, as('bob'));
    expect((await portal.get(`/v1/runs/${id}`)).body.waitingFor).toBe('approval');
    const refused = (await decisionsOf(portal, id)).filter(({ choice }: { choice: string }) => choice === 'refused');
    expect(refused).toMatchObject([
      { by: 'bob', via: 'temporal', question: 'start', reason: expect.stringContaining('signature') },
      { by: 'bob', via: 'temporal' },
    ]);
  }));

test('a signature counts once: who reads it in the history cannot send it again after a withdrawal', () =>
  scene(
    { policy: { start: 'ask', commit: 'ask', fourEyes: {} }, plan: () => ({ ...planShop(), phases: planShop().phases.map((phase) => phase) }) },
    async (portal, { spec, id, workflowId }) => {
      await portal.post('/v1/runs', { spec }, as('ada'));
      await waits(portal, id, 'approval');
      await portal.post(`/v1/runs/${id}/pause`, { reason: 'hold on' }, as('ada'));
      await waits(portal, id, 'decision');
      await portal.post(`/v1/runs/${id}/approve`, approval, as('bob'));
      const { events = [] } = await env.client.workflow.getHandle(workflowId).fetchHistory();
      const payload = events!
        .flatMap(({ workflowExecutionUpdateAcceptedEventAttributes: accepted }) => accepted?.acceptedRequest?.input?.args?.payloads ?? [])
        .map(({ data }) => JSON.parse(Buffer.from(data!).toString()));
      const signed = payload.find(({ signature }) => signature !== undefined);
      await portal.post(`/v1/runs/${id}/withdraw`, { gate: 'start', reason: 'wrong window' }, as('bob'));
      expect(await byHand(workflowId, 'approve', signed)).toBe('WrongMoment');
      expect(await byHand(workflowId, 'approve', { ...signed, by: 'eve' })).toBe('NotSigned');
    },
  ));

test('a run that was started past the API is approved by nobody there', () =>
  scene(asked, async (portal, { spec, id, workflowId }) => {
    await env.client.workflow.start('kustomizeToHelm', { taskQueue: portal.queue, workflowId, args: [spec] });
    await waits(portal, id, 'approval');
    expect(await byHand(workflowId, 'approve', { ...approval, by: 'bob' })).toBe('NotSigned');
    expect(await portal.post(`/v1/runs/${id}/approve`, approval, as('bob'))).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('not started through the API') },
    });
    expect(allowed(await portal.post(`/v1/runs/${id}/rollback`, { reason: 'start it properly' }, as('bob')))).toBe(true);
  }));

test('who started a run cannot be said by a start that copies another’s memo', () =>
  scene(asked, async (portal, { spec, id, workflowId }) => {
    await portal.post('/v1/runs', { spec }, as('ada'));
    await waits(portal, id, 'approval');
    const { memo } = await env.client.workflow.getHandle(workflowId).describe();
    const forged = { ...memo, started: { ...(memo!['started'] as object), by: 'carol' } };
    await env.client.workflow.getHandle(workflowId).terminate();
    await env.client.workflow.start('kustomizeToHelm', { taskQueue: portal.queue, workflowId, args: [spec], memo: forged });
    await waits(portal, id, 'approval');
    expect(await portal.post(`/v1/runs/${id}/approve`, approval, as('bob'))).toMatchObject({ status: 403, body: { failure: 'NotSigned' } });
  }));

test('a step is skipped by a second person only, and past the API by nobody; a retry needs none', () =>
  scene(
    { policy: { fourEyes: {} }, plan: () => ({ ...planShop(), phases: [{ id: 'prepare', title: 'Prepare', steps: [skippable] }] }) },
    async (portal, { spec, id, workflowId, fake }) => {
      fake.stalled = true;
      await portal.post('/v1/runs', { spec }, as('ada'));
      await waits(portal, id, 'decision');
      const skip = { question: 1, choice: 'skip', reason: 'it is gone' };
      expect(await byHand(workflowId, 'decide', { ...skip, by: 'bob' })).toBe('NotSigned');
      expect((await portal.post(`/v1/runs/${id}/decide`, skip, as('ada'))).status).toBe(403);
      expect(allowed(await portal.post(`/v1/runs/${id}/decide`, { ...skip, choice: 'retry' }, as('ada')))).toBe(true);
      await until(async () => (await portal.get(`/v1/runs/${id}/now`)).body.report.question?.number === 2);
      expect(allowed(await portal.post(`/v1/runs/${id}/decide`, { ...skip, question: 2 }, as('bob')))).toBe(true);
      fake.stalled = false;
      await ended(portal, id, 'Succeeded');
    },
  ));

test('rollback and finalize of a closed run are refused as workflows that somebody starts by hand', () =>
  scene(asked, async (portal, { spec, id, workflowId }) => {
    const { body } = await portal.post('/v1/runs', { spec }, as('ada'));
    await waits(portal, id, 'approval');
    await portal.post(`/v1/runs/${id}/approve`, approval, as('bob'));
    await ended(portal, id, 'Succeeded');
    const begin = (type: string, input: object) =>
      env.client.workflow
        .execute(type, { taskQueue: portal.queue, workflowId: `${workflowId}/${type}`, args: [{ run: body.run, by: 'bob', reason: 'why', ...input }] })
        .then(
          () => 'done',
          (error: Error) => (error.cause as { type?: string } | undefined)?.type,
        );
    expect(await begin('rollback', { acceptDataLoss: true })).toBe('NotSigned');
    expect(await begin('finalize', { early: true })).toBe('NotSigned');
    expect((await portal.get(`/v1/runs/${id}`)).body).toMatchObject({ phase: 'Succeeded' });
  }));

test('where the worker was not told, what the API started is kept to it all the same', () =>
  scene(
    { policy: { start: 'ask' } },
    async (portal, { spec, id, workflowId }) => {
      await portal.post('/v1/runs', { spec }, as('ada'));
      await waits(portal, id, 'approval');
      expect(await byHand(workflowId, 'approve', { ...approval, by: 'bob' })).toBe('NotSigned');
      expect(allowed(await portal.post(`/v1/runs/${id}/approve`, approval, as('bob')))).toBe(true);
      await ended(portal, id, 'Succeeded');
    },
    false,
  ));

test.each(['none', { start: 'none' }, { start: {}, commit: 'none' }])('a spec that says approval: %j is refused, and so is an approval ahead', (said) =>
  scene(asked, async (portal, { spec }) => {
    expect(await portal.post('/v1/runs', { spec: { ...spec, approval: said } }, as('ada'))).toMatchObject({
      status: 422,
      body: { failure: 'InvalidSpec', problems: [{ pointer: '/spec/approval' }] },
    });
    expect(await portal.post('/v1/runs', { spec, plan: hash }, as('ada'))).toMatchObject({ status: 403 });
  }),
);

test('in other namespaces nothing changes: who starts may approve, also by hand, and nothing is signed', () =>
  scene({ policy: { start: 'ask' } }, async (portal, { spec }) => {
    const elsewhere = { ...spec, target: { ...(spec as { target: object }).target, namespace: 'bank' } };
    const { body } = await portal.post('/v1/runs', { spec: elsewhere }, as('ada'));
    await waits(portal, body.id, 'approval');
    expect((await env.client.workflow.getHandle(body.workflowId).describe()).memo).not.toHaveProperty('started');
    expect(await byHand(body.workflowId, 'approve', { ...approval, by: 'ada' })).toBe('taken');
    await ended(portal, body.id, 'Succeeded');
  }));
