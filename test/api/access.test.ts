import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { Access } from '../../src/api/access/access-file.js';
import { subjectOfBearer } from '../../src/api/access/bearer.js';
import { has, type roles } from '../../src/api/access/roles.js';
import { hashOf } from '../../src/api/access/token.js';
import { WatchedAccess } from '../../src/api/access/watched-access.js';
import { createApi } from '../../src/api/create-api.js';
import type { Api } from '../../src/api/routes/route.js';
import { failure } from '../../src/errors.js';
import { everywhere } from '../../src/model/scope.js';
import type { Runs } from '../../src/runs/runs.js';
import { readSettings } from '../../src/worker/settings.js';
import { noSchedules } from '../support/no-schedules.js';
import { laxKinds } from './support/portal.js';

const subject = (role: (typeof roles)[number], ...namespaces: readonly string[]) => ({ name: 'ada', isMachine: false, grants: [{ role, namespaces }] });

test('a role covers the lesser ones, and must be there in every namespace', () => {
  expect(has(subject('approver', 'shop'), 'operator', ['shop'])).toBe(true);
  expect(has(subject('operator', 'shop'), 'approver', ['shop'])).toBe(false);
  expect(has(subject('admin', 'shop'), 'viewer', ['shop', 'mongodb'])).toBe(false);
  expect(
    has(
      {
        ...subject('viewer', 'shop'),
        grants: [
          { role: 'viewer', namespaces: ['shop'] },
          { role: 'admin', namespaces: ['mongodb'] },
        ],
      },
      'viewer',
      ['shop', 'mongodb'],
    ),
  ).toBe(true);
});

test('what names no namespace is for those who have the role everywhere', () => {
  expect(has(subject('admin', 'shop'), 'viewer', [])).toBe(false);
  expect(has(subject('viewer', everywhere), 'viewer', [])).toBe(true);
});

const line = (name: string, role: string, token: string, more = '') =>
  `  - { name: ${name}, tokens: ["${hashOf(token)}"], roles: [{ role: ${role}, namespaces: [shop] }]${more} }`;

test.each([
  ['a token in plain', 'subjects: [{ name: ada, tokens: [hunter2], roles: [] }]', /expected sha256/],
  ['a token of two', `subjects:\n${line('ada', 'viewer', 't')}\n${line('bob', 'viewer', 't')}`, /two subjects/],
  ['a subject twice', `subjects:\n${line('ada', 'viewer', 't')}\n${line('ada', 'admin', 'u')}`, /stands twice/],
  ['an unknown role', `subjects:\n${line('ada', 'root', 't')}`, /viewer/],
  ['nothing', '', /subjects/],
])('an access file with %s is refused', (_what, text, why) => expect(() => new Access(text)).toThrow(why));

test('a token that is taken away counts no more within seconds, and a broken file lets nobody in', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rehelm-access-'));
  const path = join(folder, 'access.yaml');
  // As a mounted Secret changes: another file takes the name.
  const put = async (text: string) => {
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
  };
  await put(`subjects:\n${line('ada', 'viewer', 'one')}\n${line('bob', 'viewer', 'two')}`);
  const access = await WatchedAccess.open(path, pino({ level: 'silent' }));
  expect((await access.subjectOf('one'))?.name).toBe('ada');
  expect(await access.subjectOf('three')).toBeUndefined();
  await put(`subjects:\n${line('bob', 'viewer', 'two')}`);
  await sleep(2100);
  expect(await access.subjectOf('one')).toBeUndefined();
  expect((await access.subjectOf('two'))?.name).toBe('bob');
  await put('subjects: [');
  await sleep(2100);
  expect(await access.subjectOf('two')).toBeUndefined();
  await rm(folder, { recursive: true });
});

test('where four eyes are asked for, the file says; the worker reads it from the same file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rehelm-access-'));
  const path = join(folder, 'access.yaml');
  const text = `fourEyes: { namespaces: [shop, "*"] }\nsubjects:\n${line('ada', 'viewer', 'one')}`;
  await writeFile(path, text);
  expect((await WatchedAccess.open(path, pino({ level: 'silent' }))).fourEyes).toEqual(['shop', '*']);
  expect(readSettings({ REHELM_ACCESS: path }).fourEyes).toEqual(['shop', '*']);
  expect(readSettings({}).fourEyes).toEqual([]);
  expect(() => new Access(text.replace('shop,', 'Sh_op,'))).toThrow(/name of a namespace/);
  await rm(folder, { recursive: true });
});

const people = new Access(
  [
    'subjects:',
    ...(['viewer', 'operator', 'approver', 'admin'] as const).map((role) => line(role, role, role)),
    line('pipeline', 'admin', 'machine', ', machine: true'),
    `  - { name: root, tokens: ["${hashOf('root')}"], roles: [{ role: admin, namespaces: ["*"] }] }`,
  ].join('\n'),
);
const tokens = ['viewer', 'operator', 'approver', 'admin', 'machine', 'root'] as const;

const report = {
  run: 'r',
  kind: 'K',
  title: 't',
  phase: 'Running',
  startedAt: '2026-11-22T00:00:00Z',
  phases: [],
  steps: [],
  checks: [],
  decisions: [],
  notes: [],
  committed: false,
} as const;
const found = (workflowId: string, namespaces: readonly string[] | undefined) => ({
  run: workflowId,
  workflowId,
  kind: 'K',
  title: 't',
  phase: 'Running',
  startedAt: '2026-11-22T00:00:00Z',
  open: true,
  committed: false,
  ...(namespaces && { namespaces }),
});
const all = [found('migrate/shop/web', ['shop']), found('migrate/bank/web', ['bank', 'shop']), found('migrate/old/web', undefined)];
const plan = { hash: 'cafe', plan: { kind: 'K', title: 't', phases: [], locks: [], notes: [] } };

/** A port that grants everything: what is refused, the API refused. */
const generous = {
  list: async () => ({ runs: all }),
  find: async (name: string) => all.find(({ workflowId }) => workflowId === name) ?? Promise.reject(failure('UnknownRun', 'none')),
  namespaces: async (name: string) => all.find(({ workflowId }) => workflowId === name)?.namespaces,
  workingOn: async (name: string) => name,
  answered: async () => undefined,
  origin: async (workflowId: string) => ({ workflowId, run: 'r' }),
  workflowOf: async (name: string) => name,
  see: async () => ({ open: true, report }),
  events: async () => ({ events: [], last: 0, open: true }),
  shownPlan: async () => plan,
  report: async (workflowId: string) => ({ workflowId, report }),
  verify: async () => [],
  underWay: async () => ({ triedAgain: [], progress: [] }),
  preview: async () => ({ shown: plan, problems: [] }),
  start: async () => ({ workflowId: 'migrate/shop/web', run: 'r' }),
  approve: async () => undefined,
  withdraw: async () => undefined,
  decide: async () => undefined,
  pause: async () => undefined,
  rollback: async (name: string) => name,
  finalize: async (name: string) => name,
  putFile: async () => ({ namespace: 'rehelm-system', name: 'req-1', key: 'k' }),
  reap: async () => ({ orphans: [], removed: [], notes: [] }),
  hasWorker: async () => true,
  close: async () => undefined,
} satisfies { [method in keyof Runs]: unknown } as unknown as Runs;

let api: Api;
beforeAll(async () => {
  const subjectOf = (request: Parameters<typeof subjectOfBearer>[0]) => subjectOfBearer(request, async (token) => people.subjectOf(token));
  api = await createApi({
    logger: pino({ level: 'silent' }),
    subjectOf,
    runsAs: () => generous,
    schedulesAs: noSchedules,
    apiKey: async () => Buffer.alloc(32, 7),
    kinds: { K: laxKinds.KustomizeToHelm },
    requestsPerMinute: 100_000,
  });
});
afterAll(() => api.close());

const ask = async (token: string | undefined, method: 'GET' | 'POST', url: string, payload?: object) =>
  (await api.inject({ method, url, headers: token === undefined ? {} : { authorization: `Bearer ${token}` }, ...(payload && { payload }) })).statusCode;

const specOf = (...namespaces: readonly string[]) => ({ kind: 'K', source: namespaces.map((namespace) => ({ namespace })) });
const reason = { reason: 'because' };

/** Every operation: how it is asked, and who may where the run is theirs. */
const operations: readonly (readonly [name: string, method: 'GET' | 'POST', path: string, payload: object | undefined, may: readonly string[]])[] = [
  ['getRun', 'GET', '', undefined, [...tokens]],
  ['getPlan', 'GET', '/plan', undefined, [...tokens]],
  ['getJournal', 'GET', '/journal', undefined, [...tokens]],
  ['getReport', 'GET', '/report', undefined, [...tokens]],
  ['verifyReport', 'GET', '/verification', undefined, [...tokens]],
  ['seeRun', 'GET', '/now', undefined, [...tokens]],
  ['followRun', 'GET', '/events', undefined, [...tokens]],
  ['putFile', 'POST', '/files', { name: 'f', content: 'x' }, ['operator', 'approver', 'admin', 'root']],
  ['approveRun', 'POST', '/approve', { gate: 'start', plan: 'cafe' }, ['approver', 'admin', 'root']],
  ['withdrawRun', 'POST', '/withdraw', { gate: 'start', ...reason }, ['approver', 'admin', 'root']],
  ['decideRun', 'POST', '/decide', { question: 1, choice: 'retry', ...reason }, ['operator', 'approver', 'admin', 'root']],
  ['decideRun, skip', 'POST', '/decide', { question: 1, choice: 'skip', ...reason }, ['approver', 'admin', 'root']],
  ['pauseRun', 'POST', '/pause', reason, ['operator', 'approver', 'admin', 'root']],
  ['rollbackRun', 'POST', '/rollback', reason, ['operator', 'approver', 'admin', 'root']],
  ['rollbackRun, with loss', 'POST', '/rollback', { ...reason, acceptDataLoss: true }, ['approver', 'admin', 'root']],
  ['finalizeRun', 'POST', '/finalize', reason, ['approver', 'admin', 'root']],
];

describe.each(operations)('%s', (_name, method, path, payload, may) => {
  test.each(tokens)('by %s', async (token) => {
    const own = await ask(token, method, `/v1/runs/migrate~shop~web${path}`, payload);
    expect(own < 300).toBe(may.includes(token));
    if (own >= 300) expect(own).toBe(403);
  });

  test.each(tokens)('of a run in another namespace, and of one whose namespaces nobody knows, by %s: only who sees everything knows of it', async (token) => {
    for (const id of ['migrate~bank~web', 'migrate~old~web']) {
      const status = await ask(token, method, `/v1/runs/${id}${path}`, payload);
      if (token === 'root') expect(status).toBeLessThan(300);
      else expect(status).toBe(404);
    }
  });

  test('by nobody and by a token that is not known', async () => {
    expect(await ask(undefined, method, `/v1/runs/migrate~shop~web${path}`, payload)).toBe(401);
    expect(await ask('forged', method, `/v1/runs/migrate~shop~web${path}`, payload)).toBe(401);
  });
});

test.each(tokens)('%s previews and starts what is theirs alone, and approves ahead only as an approver', async (token) => {
  const operator = token !== 'viewer';
  expect(await ask(token, 'POST', '/v1/plans', { spec: specOf('shop') })).toBe(operator ? 200 : 403);
  expect(await ask(token, 'POST', '/v1/plans', { spec: specOf('shop', 'bank') })).toBe(token === 'root' ? 200 : 403);
  expect(await ask(token, 'POST', '/v1/runs', { spec: specOf('shop') })).toBe(operator ? 202 : 403);
  expect(await ask(token, 'POST', '/v1/runs', { spec: specOf('shop', 'bank') })).toBe(token === 'root' ? 202 : 403);
  expect(await ask(token, 'POST', '/v1/runs', { spec: specOf('shop'), plan: 'cafe' })).toBe(['approver', 'admin', 'root'].includes(token) ? 202 : 403);
  expect(await ask(token, 'POST', '/v1/reap', {})).toBe(token === 'root' ? 200 : 403);
});

test.each(tokens)('%s is shown the runs they may see', async (token) => {
  const { body } = await api.inject({ url: '/v1/runs', headers: { authorization: `Bearer ${token}` } });
  expect(JSON.parse(body).runs.map(({ id }: { id: string }) => id)).toEqual(
    token === 'root' ? ['migrate~shop~web', 'migrate~bank~web', 'migrate~old~web'] : ['migrate~shop~web'],
  );
});

test.each([
  ['GET', '/v1/schedules', undefined],
  ['POST', '/v1/schedules', { spec: specOf('shop') }],
  ['GET', '/v1/schedules/drill~shop~web', undefined],
  ['POST', '/v1/schedules/drill~shop~web/trigger', reason],
] as const)('%s %s by nobody and by a token that is not known', async (method, url, payload) => {
  for (const token of [undefined, 'forged']) expect(await ask(token, method, url, payload)).toBe(401);
});

test('the matrix has every operation of the document', () => {
  const documented = Object.entries((api.swagger() as unknown as { paths: Record<string, Record<string, { operationId: string }>> }).paths).flatMap(
    ([path, methods]) => (path.startsWith('/v1/runs/{id}') ? Object.values(methods).map(({ operationId }) => operationId) : []),
  );
  expect([...new Set(operations.map(([name]) => name.split(',')[0]))].sort()).toEqual(documented.sort());
});
