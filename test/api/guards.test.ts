import { type AddressInfo, connect } from 'node:net';
import { pino } from 'pino';
import { type ApiOptions, createApi } from '../../src/api/create-api.js';
import { openTo } from '../../src/api/open-mode.js';
import type { Api } from '../../src/api/routes/route.js';
import { failure } from '../../src/errors.js';
import type { Runs } from '../../src/runs/runs.js';
import { noSchedules } from '../support/no-schedules.js';

/** Only what a test asks of it. */
const port = (verbs: Partial<Runs>): Runs =>
  ({ namespaces: async () => ['shop'], origin: async (workflowId: string) => ({ workflowId, run: 'r' }), ...verbs }) as Runs;

async function withApi(
  runs: Partial<Runs>,
  body: (api: Api, lines: () => readonly Record<string, unknown>[]) => Promise<void>,
  subjectOf: ApiOptions['subjectOf'] = openTo('ada@laptop'),
): Promise<void> {
  const written: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line) => void written.push(line) });
  const api = await createApi({
    logger,
    subjectOf,
    runsAs: () => port(runs),
    schedulesAs: noSchedules,
    apiKey: async () => Buffer.alloc(32, 7),
    requestsPerMinute: 20,
  });
  try {
    await body(api, () => written.map((line) => JSON.parse(line)));
  } finally {
    await api.close();
  }
}

const list = { list: async () => ({ runs: [] }) };

test.each([
  ['another host’s name', { host: 'evil.example.com' }],
  ['a proxy', { host: 'localhost', 'x-forwarded-for': '10.0.0.1' }],
  ['a proxy of the newer kind', { host: 'localhost', forwarded: 'for=10.0.0.1' }],
])('without tokens a request that came by %s is refused', (_way, headers) =>
  withApi(list, async (api) => {
    const { statusCode, body } = await api.inject({ url: '/v1/runs', headers });
    expect({ statusCode, ...JSON.parse(body) }).toMatchObject({ statusCode: 403, failure: 'NotAllowed' });
    expect((await api.inject({ url: '/v1/runs', headers: { host: 'localhost:8080' } })).statusCode).toBe(200);
  }),
);

test('another method than a path takes is 405 with those that it takes, and a path that is none is 404', () =>
  withApi({}, async (api) => {
    for (const method of ['DELETE', 'PUT', 'QUERY'] as const) {
      const { statusCode, headers, body } = await api.inject({ method: method as 'PUT', url: '/v1/runs?limit=3', headers: { host: 'localhost' } });
      expect({ statusCode, allow: headers['allow'], ...JSON.parse(body) }).toMatchObject({ statusCode: 405, allow: 'GET, HEAD, POST', failure: 'WrongMethod' });
    }
    expect((await api.inject({ method: 'PUT', url: '/v1/nothing', headers: { host: 'localhost' } })).statusCode).toBe(404);
  }));

test('a head that is too long, or no HTTP, is answered as a problem', () =>
  withApi({}, async (api) => {
    await api.listen({ host: '127.0.0.1', port: 0 });
    const { port } = api.server.address() as AddressInfo;
    const long = await fetch(`http://127.0.0.1:${port}/v1/runs?cursor=${'0'.repeat(20_000)}`);
    expect({ status: long.status, body: await long.json() }).toMatchObject({ status: 431, body: { status: 431, failure: 'TooLarge' } });
    const said = await new Promise<string>((told) => {
      const socket = connect(port, '127.0.0.1', () => socket.end('TEA / HTCPCP/1.0\r\n\r\n'));
      socket.once('data', (data) => told(data.toString()));
    });
    expect(said).toMatch(/^HTTP\/1.1 400 [\s\S]*application\/problem\+json[\s\S]*"failure":"BadRequest"/);
  }));

test.each([
  ['too long', `/v1/runs/${'0'.repeat(1001)}`],
  ['far too long', `/v1/runs/${'0'.repeat(30_000)}`],
  ['not encoded', '/v1/runs/%E0%A4%A/plan'],
])('a path that is %s is refused as a problem', (_what, url) =>
  withApi({}, async (api) => {
    const { statusCode, headers, body } = await api.inject({ url, headers: { host: 'localhost' } });
    expect({ contentType: headers['content-type'], statusCode, ...JSON.parse(body) }).toMatchObject({
      contentType: expect.stringContaining('application/problem+json'),
      failure: 'BadRequest',
    });
  }),
);

test('every verb is one line of the log: who, what, on which run, what came of it; nothing of its reason', () =>
  withApi(
    { workingOn: async (run) => run, approve: async () => undefined, pause: () => Promise.reject(failure('WrongMoment', 'it is closed')) },
    async (api, lines) => {
      const headers = { host: 'localhost' };
      await api.inject({
        method: 'POST',
        url: '/v1/runs/migrate~shop~web/approve',
        headers,
        payload: { gate: 'commit', plan: 'cafe12345678', reason: 'secret-canary' },
      });
      await api.inject({ method: 'POST', url: '/v1/runs/migrate~shop~web/pause', headers, payload: { reason: 'why' } });
      await api.inject({ method: 'GET', url: '/v1/runs/migrate~shop~web/nothing', headers });
      expect(lines()).toMatchObject([
        { by: 'ada@laptop', verb: 'approveRun', run: 'migrate~shop~web', plan: 'cafe12345678', status: 202, outcome: 'taken' },
        { by: 'ada@laptop', verb: 'pauseRun', run: 'migrate~shop~web', status: 409, outcome: 'WrongMoment' },
      ]);
      expect(JSON.stringify(lines())).not.toContain('canary');
    },
  ));

test('a bug tells nothing of itself to who asked, and everything to the log', () =>
  withApi({ list: () => Promise.reject(new TypeError('canary is not a function')) }, async (api, lines) => {
    const { statusCode, body } = await api.inject({ url: '/v1/runs', headers: { host: 'localhost' } });
    expect({ statusCode, body }).toMatchObject({ statusCode: 500, body: expect.not.stringContaining('canary') });
    expect(JSON.stringify(lines())).toContain('canary is not a function');
  }));

test.each([
  ['too large a body', { payload: `{"spec":"${'x'.repeat(5 * 1024 * 1024)}"}`, headers: { 'content-type': 'application/json' } }, 413, 'TooLarge'],
  ['no JSON', { payload: '{', headers: { 'content-type': 'application/json' } }, 400, 'BadRequest'],
  ['another type', { payload: 'spec', headers: { 'content-type': 'text/plain' } }, 415, 'BadRequest'],
  ['nothing', {}, 400, 'BadRequest'],
])('%s is refused as a problem', (_what, { headers = {}, ...request }: { headers?: object; payload?: string }, status, name) =>
  withApi({}, async (api) => {
    const { statusCode, body } = await api.inject({ method: 'POST', url: '/v1/plans', headers: { host: 'localhost', ...headers }, ...request });
    expect({ statusCode, ...JSON.parse(body) }).toMatchObject({ statusCode: status, status, failure: name });
  }),
);

test('who asks too often is told to wait', () =>
  withApi(list, async (api) => {
    const ask = () => api.inject({ url: '/v1/runs', headers: { host: 'localhost' } });
    for (let asked = 0; asked < 20; asked += 1) await ask();
    const { statusCode, headers, body } = await ask();
    expect({ statusCode, ...JSON.parse(body) }).toMatchObject({ statusCode: 429, failure: 'TooMany' });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  }));

test('one who asks too often does not keep others from asking, though all come from one address', () =>
  withApi(
    list,
    async (api) => {
      const ask = async (who: string) => (await api.inject({ url: '/v1/runs', headers: { 'x-test-subject': who } })).statusCode;
      for (let asked = 0; asked < 20; asked += 1) expect(await ask('ada')).toBe(200);
      expect([await ask('ada'), await ask('ben')]).toEqual([429, 200]);
    },
    async ({ headers }) => ({ name: String(headers['x-test-subject']), isMachine: false, grants: [{ role: 'viewer', namespaces: ['*'] }] }),
  ));

test.each([
  ['NoWorker', 503],
  ['TemporalAway', 503],
  ['OutcomeUnknown', 504],
  ['WouldLoseData', 409],
] as const)('%s is answered with %i', (type, status) =>
  withApi({ rollback: () => Promise.reject(failure(type, 'because')) }, async (api) => {
    const { statusCode, headers, body } = await api.inject({
      method: 'POST',
      url: '/v1/runs/r/rollback',
      headers: { host: 'localhost' },
      payload: { reason: 'x' },
    });
    expect({ statusCode, ...JSON.parse(body) }).toMatchObject({ statusCode: status, failure: type, detail: 'because', type: `/problems/${type}` });
    expect(headers['retry-after']).toBe(status === 503 ? '5' : undefined);
  }),
);

test('the document is a page of its own that loads nothing from elsewhere', () =>
  withApi({}, async (api) => {
    const page = await api.inject({ url: '/docs/' });
    expect(page).toMatchObject({ statusCode: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file);
    expect(files.length).toBeGreaterThan(4);
    for (const file of [...files, './json']) {
      expect(file).toMatch(/^\.\//);
      expect((await api.inject({ url: new URL(file, 'http://here/docs/').pathname })).statusCode).toBe(200);
    }
    expect(page.body).not.toMatch(/<script>|on[a-z]+=/);
  }));
