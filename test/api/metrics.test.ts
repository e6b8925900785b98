import { pino } from 'pino';
import { createApi } from '../../src/api/create-api.js';
import { Metrics } from '../../src/api/metrics.js';
import { openTo } from '../../src/api/open-mode.js';
import { Refusal } from '../../src/api/refusal.js';
import type { Api } from '../../src/api/routes/route.js';
import { failure } from '../../src/errors.js';
import type { Runs } from '../../src/runs/runs.js';
import { TemporalCalls } from '../../src/runs/temporal-calls.js';
import { noSchedules } from '../support/no-schedules.js';

const headers = { host: 'localhost' };

const port = {
  find: () => Promise.reject(failure('UnknownRun', 'none')),
  namespaces: async () => ['canary-namespace'],
  list: async () => ({ runs: [] }),
} as unknown as Runs;

async function withApi(body: (api: Api, metrics: Metrics) => Promise<void>, subjectOf = openTo('canary-subject')): Promise<void> {
  const metrics = new Metrics();
  const api = await createApi({
    logger: pino({ level: 'silent' }),
    subjectOf,
    runsAs: () => port,
    schedulesAs: noSchedules,
    apiKey: async () => Buffer.alloc(32),
    metrics,
  });
  try {
    await body(api, metrics);
  } finally {
    await api.close();
  }
}

test('requests are counted by operation and answer, and nothing that anybody named is told', () =>
  withApi(async (api) => {
    await api.inject({ url: '/v1/runs/canary-run', headers });
    await api.inject({ url: '/v1/runs', headers });
    await api.inject({ url: '/v1/runs', headers });
    await api.inject({ url: '/canary-path', headers });
    const { body } = await api.inject({ url: '/metrics', headers });
    expect(body).toContain('rehelm_api_requests_total{operation="getRun",status="404"} 1');
    expect(body).toContain('rehelm_api_requests_total{operation="listRuns",status="200"} 2');
    expect(body).toContain('rehelm_api_requests_total{operation="other",status="404"} 1');
    expect(body).toContain('rehelm_api_request_seconds_count{operation="listRuns"} 2');
    expect(body).toContain('rehelm_api_event_readers 0');
    expect(body).not.toContain('canary');
  }));

test('they are for those who are let in', () =>
  withApi(
    async (api) => {
      for (const url of ['/metrics', '/metrics?x=1']) expect((await api.inject({ url, headers })).statusCode).toBe(401);
      expect((await api.inject({ url: '/healthz', headers })).statusCode).toBe(200);
    },
    async () => {
      throw new Refusal('Unauthorized', 'no');
    },
  ));

test('a call of Temporal is counted by its verb and what came of it', () =>
  withApi(async (_api, metrics) => {
    const client = { connection: { withDeadline: (_deadline: number, act: () => Promise<unknown>) => act() } };
    const calls = new TemporalCalls({ client: client as never, taskQueue: 'q', address: 'a', called: (call, outcome) => metrics.called(call, outcome) });
    await calls.soon('describe migrate/canary/web', async () => 1);
    await calls.soon('describe migrate/canary/web', () => Promise.reject(failure('WrongMoment', 'no'))).catch(() => undefined);
    const text = await metrics.text();
    expect(text).toContain('rehelm_api_temporal_calls_total{call="describe",outcome="ok"} 1');
    expect(text).toContain('rehelm_api_temporal_calls_total{call="describe",outcome="WrongMoment"} 1');
    expect(text).not.toContain('canary');
  }));
