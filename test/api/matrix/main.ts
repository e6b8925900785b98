import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { stringify } from 'yaml';
import { subjectOfBearer } from '../../../src/api/access/bearer.js';
import { hashOf } from '../../../src/api/access/token.js';
import { WatchedAccess } from '../../../src/api/access/watched-access.js';
import { specKinds } from '../../../src/model/schema/kinds.js';
import { namespacesOf } from '../../../src/model/scope.js';
import { registerSearchAttributes } from '../../../src/worker/search-attributes.js';
import { until } from '../../cli/support/rehelm.js';
import { shopKind } from '../../cli/support/shop-kind.js';
import { shop } from '../../support/shop.js';
import { env, startTemporal, stopTemporal } from '../../support/temporal.js';
import { atPortal, type Portal } from '../support/portal.js';
import { expected, type Scope, scopes, type Who, who } from './expected.js';
import { type Document, type Request, requestsOf } from './requests.js';

const out = 'out/api/matrix.json';
const { example } = specKinds.KustomizeToHelm;
const own = namespacesOf(example);
const folder = mkdtempSync(join(tmpdir(), 'rehelm-matrix-'));
const file = join(folder, 'access.yaml');
const say = (text: string) => process.stderr.write(`${text}\n`);

const tokenOf = (asker: Who): string => `token-of-${asker}`;
const subject = (asker: Who, role: string, namespaces: readonly string[], machine = false) => ({
  name: asker,
  machine,
  tokens: [hashOf(tokenOf(asker))],
  roles: [{ role, namespaces: [...namespaces] }],
});

/** As a mounted Secret changes: another file takes the name. */
function putAccess(withRevoked: boolean): void {
  const people = (['viewer', 'operator', 'approver', 'admin'] as const).map((role) => subject(role, role, own));
  const subjects = [
    ...people,
    subject('everywhere', 'admin', ['*']),
    subject('machine', 'admin', own, true),
    ...(withRevoked ? [subject('revoked', 'admin', ['*'])] : []),
  ];
  writeFileSync(`${file}.new`, stringify({ subjects }));
  renameSync(`${file}.new`, file);
}

/** The example's spec as one of another scope; of the releases of a scope there is one per way to start it. */
function specOf(scope: Scope, release: string) {
  const { source, target, ...rest } = example as { readonly source: object; readonly target: object };
  const named = { ...target, release, ...(scope === 'own' ? {} : { namespace: 'bank' }) };
  return { ...rest, source: { ...source, ...(scope === 'other' ? { namespace: 'vault' } : {}) }, target: named };
}

const headersOf = (asker: Who): Readonly<Record<string, string>> => (asker === 'none' ? {} : { authorization: `Bearer ${tokenOf(asker)}` });

let started = 0;

function ask(portal: Portal, { method, path, body }: Request, ids: Readonly<Record<Scope, string>>, asker: Who, scope: Scope) {
  const url = path.replace('{id}', ids[scope]);
  if (method === 'GET') return portal.get(url, headersOf(asker));
  const said = body && 'spec' in body ? { ...body, spec: specOf(scope, `asked-${++started}`) } : body;
  return portal.post(url, said, headersOf(asker));
}

interface Cell {
  readonly operation: string;
  readonly who: Who;
  readonly scope: Scope;
  readonly expected: unknown;
  readonly status: number;
}

/** 400 and 5xx are no answers to whether somebody may: what is asked is right, and everything runs. */
function isRight(wanted: unknown, status: number): boolean {
  if (wanted === 'let in') return status < 500 && ![400, 401, 403, 404, 429].includes(status);
  return status === wanted;
}

/** One run per scope that waits for its approval; the last was started by hand, so that nobody knows its namespaces. */
async function seed(portal: Portal): Promise<Readonly<Record<Scope, string>>> {
  const start = async (scope: Scope): Promise<string> => {
    const { body } = await portal.post('/v1/runs', { spec: specOf(scope, `seeded-${scope}`) }, headersOf('everywhere'));
    await until(async () => (await portal.get(`/v1/runs/${body.id}`, headersOf('everywhere'))).body.waitingFor === 'approval');
    return body.id;
  };
  await env.client.workflow.start('kustomizeToHelm', { taskQueue: portal.queue, workflowId: 'by-hand', args: [{ kind: 'KustomizeToHelm' }] });
  await until(async () => (await portal.get('/v1/runs/by-hand', headersOf('everywhere'))).body.waitingFor === 'approval');
  return { own: await start('own'), other: await start('other'), both: await start('both'), unknown: 'by-hand' };
}

async function fill(portal: Portal): Promise<readonly Cell[]> {
  const requests = requestsOf(portal.api.swagger() as unknown as Document);
  const ids = await seed(portal);
  putAccess(false);
  await until(async () => (await portal.get('/v1/runs', headersOf('revoked'))).status === 401);
  const cells: Cell[] = [];
  // Those who may least come first: what is let in changes the run for those after it.
  const order: readonly Who[] = ['none', 'forged', 'revoked', ...who.filter((each) => !['none', 'forged', 'revoked'].includes(each))];
  for (const request of requests)
    for (const scope of scopes)
      for (const asker of order) {
        const { status } = await ask(portal, request, ids, asker, scope);
        cells.push({ operation: request.name, who: asker, scope, expected: expected(request.name, asker, scope), status });
      }
  return cells;
}

async function main(): Promise<number> {
  putAccess(true);
  await startTemporal();
  await registerSearchAttributes(env.connection, 'default');
  const access = await WatchedAccess.open(file, pino({ level: 'silent' }));
  const subjectOf = (request: Parameters<typeof subjectOfBearer>[0]) => subjectOfBearer(request, (token) => access.subjectOf(token));
  let cells: readonly Cell[] = [];
  const kinds = shopKind({ policy: { start: 'ask' } });
  await atPortal({ fake: shop(), kinds, settings: { searchAttributes: true }, options: { subjectOf, requestsPerMinute: 1_000_000 } }, async (portal) => {
    cells = await fill(portal);
  });
  const wrong = cells.filter(({ expected: wanted, status }) => !isRight(wanted, status));
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify({ cells: cells.length, wrong: wrong.length, wrongCells: wrong, all: cells }, undefined, 1)}\n`);
  for (const cell of wrong.slice(0, 20)) say(`wrong: ${JSON.stringify(cell)}`);
  await stopTemporal();
  rmSync(folder, { recursive: true });
  process.stdout.write(`${cells.length - wrong.length} passed, ${wrong.length} failed\n`);
  return wrong.length === 0 && cells.length > 0 ? 0 : 1;
}

process.exitCode = await main();
