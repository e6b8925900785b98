import { jest } from '@jest/globals';
import { pino } from 'pino';
import type { ListRunsRequest, RunPage } from '../../src/activities/runs/list-runs.js';
import type { Subject } from '../../src/api/access/roles.js';
import { createApi } from '../../src/api/create-api.js';
import { failure } from '../../src/errors.js';
import type { Runs } from '../../src/runs/runs.js';
import { noSchedules } from '../support/no-schedules.js';

const namespacesOf: Readonly<Record<string, readonly string[]>> = {
  ada: ['shop'],
  ben: ['shop'],
  cleo: ['bank'],
  dora: ['bank', 'shop'],
  eve: ['shop', 'bank'],
  root: ['*'],
};

const runOf = (namespace: string, number: number) => ({
  run: `${namespace}-${number}`,
  workflowId: `migrate/${namespace}/web`,
  kind: 'KustomizeToHelm',
  title: 't',
  phase: 'Succeeded',
  startedAt: '2026-01-01T00:00:00.000Z',
  open: false,
  committed: true,
  namespaces: [namespace],
});

interface Scene {
  /** Lists `namespaces` of the request, by whoever asks, and counts. */
  readonly asked: ListRunsRequest[];
  list(who: string, query?: string): Promise<{ readonly status: number; readonly runs: readonly string[] }>;
  grant(who: string, ...namespaces: readonly string[]): void;
  fail(times: number): void;
}

async function withLists(body: (scene: Scene) => Promise<void>, milliseconds = 0): Promise<void> {
  const granted = { ...namespacesOf };
  const asked: ListRunsRequest[] = [];
  let failing = 0;
  const list = async (request: ListRunsRequest = {}): Promise<RunPage> => {
    asked.push(request);
    const number = asked.length;
    if (milliseconds > 0) await new Promise((next) => setTimeout(next, milliseconds));
    if (failing-- > 0) throw failure('TemporalAway', 'gone');
    const { within, namespace } = request;
    return { runs: ['bank', 'shop'].filter((each) => (within?.includes(each) ?? true) && (namespace ?? each) === each).map((each) => runOf(each, number)) };
  };
  const subjectOf = async ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): Promise<Subject> => {
    const name = String(headers['x-test-subject']);
    return { name, isMachine: false, grants: [{ role: 'viewer', namespaces: granted[name]! }] };
  };
  const api = await createApi({
    logger: pino({ level: 'silent' }),
    subjectOf,
    runsAs: () => ({ list }) as Partial<Runs> as Runs,
    schedulesAs: noSchedules,
    apiKey: async () => Buffer.alloc(32, 7),
  });
  try {
    await body({
      asked,
      list: async (who, query = '') => {
        const { statusCode, body: text } = await api.inject({ url: `/v1/runs${query}`, headers: { 'x-test-subject': who } });
        return { status: statusCode, runs: (JSON.parse(text).runs ?? []).map(({ run }: { run: string }) => run) };
      },
      grant: (who, ...namespaces) => {
        granted[who] = namespaces;
      },
      fail: (times) => {
        failing = times;
      },
    });
  } finally {
    await api.close();
  }
}

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'setTimeout', 'clearTimeout'] }));
afterEach(() => void jest.useRealTimers());
const pass = (milliseconds: number) => jest.setSystemTime(Date.now() + milliseconds);

test('who ask the same with the same right are answered with one question', () =>
  withLists(async ({ asked, list }) => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => list(index % 2 ? 'ada' : 'ben', '?phase=Succeeded&limit=5')));
    expect(new Set(answers.flatMap(({ runs }) => runs))).toEqual(new Set(['shop-1']));
    expect((await list('ben', '?limit=5&phase=Succeeded')).runs).toEqual(['shop-1']);
    expect(asked).toEqual([{ phase: 'Succeeded', limit: 5, within: ['shop'] }]);
    await Promise.all([list('dora'), list('eve')]);
    expect(asked).toHaveLength(2);
  }, 20));

test('another right or another filter is another question, asked side by side or in turn', () =>
  withLists(async ({ asked, list }) => {
    const [shop, bank, both, all] = await Promise.all([list('ada'), list('cleo'), list('dora'), list('root')]);
    expect([shop, bank, both, all].map(({ runs }) => runs.map((run) => run.split('-')[0]))).toEqual([['shop'], ['bank'], ['bank', 'shop'], ['bank', 'shop']]);
    expect(asked.map(({ within }) => within)).toEqual([['shop'], ['bank'], ['bank', 'shop'], undefined]);
    expect((await list('cleo', '?namespace=shop')).runs).toEqual([]);
    await Promise.all([list('ada', '?phase=Parked'), list('ada', '?limit=3'), list('ada', '?kind=KustomizeToHelm')]);
    expect(asked).toHaveLength(8);
  }, 20));

test('a right that was taken away, and one that was given, count at once', () =>
  withLists(async ({ list, grant }) => {
    expect((await list('dora')).runs).toEqual(['bank-1', 'shop-1']);
    grant('dora', 'bank');
    expect((await list('dora')).runs).toEqual(['bank-2']);
    grant('dora', '*');
    expect((await list('dora')).runs).toEqual(['bank-3', 'shop-3']);
  }));

test('an answer is told for a second, and renewed before that while somebody asks', () =>
  withLists(async ({ asked, list }) => {
    expect((await list('ada')).runs).toEqual(['shop-1']);
    pass(690);
    expect((await list('ada')).runs).toEqual(['shop-1']);
    expect(asked).toHaveLength(1);
    pass(20);
    expect((await list('ada')).runs).toEqual(['shop-1']);
    expect(asked).toHaveLength(2);
    pass(400);
    expect((await list('ben')).runs).toEqual(['shop-2']);
    pass(1001);
    expect((await list('ben')).runs).toEqual(['shop-3']);
    expect(asked).toHaveLength(3);
  }));

test('nobody waits for an answer that is on its way, unless the last one is 3 s old', () =>
  withLists(async ({ asked, list }) => {
    expect((await list('ada')).runs).toEqual(['shop-1']);
    pass(800);
    expect((await list('ada')).runs).toEqual(['shop-1']);
    expect(asked).toHaveLength(2);
    pass(2000);
    expect((await list('ben')).runs).toEqual(['shop-1']);
    pass(300);
    expect((await list('ben')).runs).toEqual(['shop-2']);
    expect(asked).toHaveLength(2);
  }, 300));

test('a failure is told to those who waited for it, and to nobody else', () =>
  withLists(async ({ asked, list, fail }) => {
    fail(1);
    expect((await Promise.all([list('ada'), list('ben')])).map(({ status }) => status)).toEqual([503, 503]);
    expect(await list('ada')).toEqual({ status: 200, runs: ['shop-2'] });
    fail(1);
    pass(800);
    expect(await list('ada')).toEqual({ status: 200, runs: ['shop-2'] });
    expect(asked).toHaveLength(3);
    expect(await list('ada')).toEqual({ status: 200, runs: ['shop-2'] });
  }, 5));
