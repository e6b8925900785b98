import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
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
import { harmless } from '../../support/drill/orders.js';
import { drillSpec, drillSteps, nightly, powerOf, withDrilled } from '../../support/drill-kind.js';
import { scratchFolder } from '../../support/scratch-folder.js';
import { shop } from '../../support/shop.js';
import { env, startTemporal, stopTemporal } from '../../support/temporal.js';
import { atPortal, type Portal } from '../support/portal.js';
import { expected, type Scope, scopes, type Who, who } from './expected.js';
import { type Document, type Request, requestsOf } from './requests.js';

const out = 'out/api/matrix.json';
const { example } = specKinds.KustomizeToHelm;
const own = namespacesOf(example);
const drilled = 'shop-helm';
const folder = scratchFolder('matrix');
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

/** A spec of this scope; of each scope there is one per way to start it. */
const specOf = (scope: Scope, name: string): object => (scope === 'node' ? drillOf(scope, name) : migrationOf(scope, name));

/** A drill in one of the own namespaces. */
function drillOf(scope: Scope, name: string): object {
  const fault = scope === 'node' ? { kind: 'nodeOff', power: 'rack-pdu' } : { kind: 'podDelete' };
  const collateral = scope === 'both' || scope === 'unknown' ? ['bank'] : own.filter((each) => each !== drilled);
  return { ...drillSpec(name, nightly, scope === 'other' ? 'bank' : drilled), fault, allowed: { collateral } };
}

function migrationOf(scope: Scope, release: string) {
  const { source, target, ...rest } = example as { readonly source: object; readonly target: object };
  const named = { ...target, release, ...(scope === 'own' ? {} : { namespace: 'bank' }) };
  return { ...rest, source: { ...source, ...(scope === 'other' ? { namespace: 'vault' } : {}) }, target: named };
}

const headersOf = (asker: Who): Readonly<Record<string, string>> => (asker === 'none' ? {} : { authorization: `Bearer ${tokenOf(asker)}` });

let started = 0;

async function ask(portal: Portal, { name, method, path, body }: Request, { runs, schedules }: Seeds, asker: Who, scope: Scope) {
  const url = path.replace('{id}', (path.startsWith('/v1/schedules') ? schedules : runs)[scope]);
  if (method === 'GET') return portal.get(url, headersOf(asker));
  if (method === 'DELETE') {
    const answer = await portal.remove(url, headersOf(asker));
    if (answer.status === 204) await schedule(portal, scope);
    return answer;
  }
  const make = name === 'createSchedule' ? drillOf : specOf;
  // Who approves a schedule says its spec's hash.
  const said = typeof body?.['spec'] === 'object' ? { ...body, spec: make(scope, `asked-${++started}`) } : body;
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

interface Seeds {
  readonly runs: Readonly<Record<Scope, string>>;
  readonly schedules: Readonly<Record<Scope, string>>;
}

async function schedule(portal: Portal, scope: Scope): Promise<string> {
  const { status, body } = await portal.post('/v1/schedules', { spec: drillOf(scope, `seeded-${scope}`) }, headersOf('everywhere'));
  if (status !== 201) throw new Error(`no schedule of the scope ${scope}: ${JSON.stringify(body)}`);
  return body.id;
}

/** One per scope; the last is another program's. */
async function seedSchedules(portal: Portal): Promise<Seeds['schedules']> {
  const foreign = { type: 'startWorkflow', workflowType: 'failoverDrill', taskQueue: portal.queue, args: [] } as const;
  await env.client.schedule.create({ scheduleId: 'by-hand', spec: { intervals: [{ every: '1000d' }] }, action: foreign });
  const [ofOwn, other, both, node] = [
    await schedule(portal, 'own'),
    await schedule(portal, 'other'),
    await schedule(portal, 'both'),
    await schedule(portal, 'node'),
  ];
  return { own: ofOwn, other, both, node, unknown: 'by-hand' };
}

/** Throws where it will never wait. */
function isWaiting({ waitingFor, open, id }: { readonly waitingFor?: string; readonly open: boolean; readonly id: string }): boolean {
  if (!open) throw new Error(`the seeded run ${id} was refused`);
  return waitingFor === 'approval';
}

/** One run per scope that waits for its approval; the last was started by hand, so that nobody knows its namespaces. */
async function seedRuns(portal: Portal): Promise<Seeds['runs']> {
  const start = async (scope: Scope): Promise<string> => {
    const { status, body } = await portal.post('/v1/runs', { spec: specOf(scope, `seeded-${scope}`) }, headersOf('everywhere'));
    if (status !== 202) throw new Error(`no run of the scope ${scope}: ${JSON.stringify(body)}`);
    await until(async () => isWaiting((await portal.get(`/v1/runs/${body.id}`, headersOf('everywhere'))).body));
    return body.id;
  };
  await env.client.workflow.start('kustomizeToHelm', { taskQueue: portal.queue, workflowId: 'by-hand', args: [{ kind: 'KustomizeToHelm' }] });
  await until(async () => (await portal.get('/v1/runs/by-hand', headersOf('everywhere'))).body.waitingFor === 'approval');
  return { own: await start('own'), other: await start('other'), both: await start('both'), node: await start('node'), unknown: 'by-hand' };
}

async function fill(portal: Portal): Promise<readonly Cell[]> {
  const requests = requestsOf(portal.api.swagger() as unknown as Document);
  const seeds = { runs: await seedRuns(portal), schedules: await seedSchedules(portal) };
  putAccess(false);
  await until(async () => (await portal.get('/v1/runs', headersOf('revoked'))).status === 401);
  const cells: Cell[] = [];
  // Those who may least come first: what is let in changes the run for those after it.
  const order: readonly Who[] = ['none', 'forged', 'revoked', ...who.filter((each) => !['none', 'forged', 'revoked'].includes(each))];
  for (const request of requests)
    for (const scope of scopes)
      for (const asker of order) {
        const { status } = await ask(portal, request, seeds, asker, scope);
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
  // What a 500 keeps to itself.
  const logger = pino({ level: 'error' }, pino.destination(2));
  const kinds = { ...shopKind({ policy: { start: 'ask' } }), ...drillSteps({ verdict: 'green' }) };
  const fake = withDrilled(shop(), drilled);
  fake.seed(powerOf('rack-pdu'), ...own.map(harmless));
  await atPortal(
    { fake, kinds, settings: { searchAttributes: true }, options: { logger, subjectOf, kinds: specKinds, requestsPerMinute: 1_000_000 } },
    async (portal) => {
      cells = await fill(portal);
    },
  );
  const wrong = cells.filter(({ expected: wanted, status }) => !isRight(wanted, status));
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, `${JSON.stringify({ cells: cells.length, wrong: wrong.length, wrongCells: wrong, all: cells }, undefined, 1)}\n`);
  for (const cell of wrong.slice(0, 20)) say(`wrong: ${JSON.stringify(cell)}`);
  await stopTemporal();
  process.stdout.write(`${cells.length - wrong.length} passed, ${wrong.length} failed\n`);
  return wrong.length === 0 && cells.length > 0 ? 0 : 1;
}

process.exitCode = await main();
