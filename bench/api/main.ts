import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { hashOf } from '../../src/api/access/token.js';
import type { Plan } from '../../src/model/plan.js';
import { specKinds } from '../../src/model/schema/kinds.js';
import { atDesk } from '../../test/cli/support/rehelm.js';
import { planShop, shopKind } from '../../test/cli/support/shop-kind.js';
import { soon, teller } from '../../test/e2e/story/tools.js';
import { freePort } from '../../test/support/free-port.js';
import { scratchFolder } from '../../test/support/scratch-folder.js';
import { shop, stop } from '../../test/support/shop.js';
import { env, startTemporal, stopTemporal } from '../../test/support/temporal.js';
import type { ClientsOrder, ClientsSaw } from './clients.js';
import { type ApiPoint, growthOf, missedBars, mostStolenPercent, p99, table } from './points.js';
import { namespaces, prepareAttributes, seedPastRuns } from './seed.js';

interface Options {
  readonly runs: string;
  readonly seconds: string;
  readonly viewers: string;
  readonly out: string;
}

const taskQueue = 'bench-api';
const listsPerSecond = 50;
const settleSeconds = 10;
const sampleMilliseconds = 2000;
const mostAttempts = 3;
/** Each step is begun and done: two events. */
const stepMilliseconds = 800;
const steps = 1000;
const people = Array.from({ length: 20 }, (_, index) => ({ name: `person-${index}`, token: randomBytes(24).toString('base64url') }));
const tell = teller();

/** A run that has an event every 0.4 s or so, for longer than the bench takes. */
const longPlan = (): Plan => ({
  ...planShop(),
  phases: [{ id: 'prepare', title: 'Prepare', steps: Array.from({ length: steps }, (_, index) => stop('api', { id: `stop/${index}` })) }],
});

interface RunningApi {
  readonly url: string;
  readonly process: ChildProcess;
}

/** As users start it, a process of its own. */
async function startApi(folder: string): Promise<RunningApi> {
  const access = join(folder, 'access.yaml');
  const key = join(folder, 'key');
  const subjects = people.map(({ name, token }) => ({ name, tokens: [hashOf(token)], roles: [{ role: 'operator', namespaces: [...namespaces] }] }));
  writeFileSync(access, stringify({ subjects }));
  writeFileSync(key, randomBytes(32));
  const port = await freePort();
  const own = { REHELM_ACCESS: access, REHELM_API_KEY_FILE: key, REHELM_TASK_QUEUE: taskQueue, TEMPORAL_ADDRESS: env.address, REHELM_LOG_LEVEL: 'warn' };
  const main = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
  const collecting = ['--expose-gc', '--import', new URL('./collect-often.js', import.meta.url).href];
  const child = spawn(process.execPath, ['--enable-source-maps', ...collecting, main, 'api', '--port', String(port)], {
    env: { ...process.env, ...own },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  await soon('the API', 30, async () => (await fetch(`${url}/healthz`).catch(() => undefined))?.ok || undefined);
  return { url, process: child };
}

const headers = { authorization: `Bearer ${people[0]!.token}`, 'content-type': 'application/json' };

async function startRun({ url }: RunningApi): Promise<string> {
  const body = JSON.stringify({ spec: specKinds.KustomizeToHelm.example });
  const response = await fetch(`${url}/v1/runs`, { method: 'POST', headers, body });
  const { id } = (await response.json()) as { readonly id?: string };
  if (id === undefined) throw new Error(`the run did not start: ${response.status}`);
  await soon('the run to be at work', 60, async () => {
    const told = (await (await fetch(`${url}/v1/runs/${id}/events`, { headers })).json()) as { readonly last?: number };
    return (told.last ?? 0) > 5 || undefined;
  });
  return id;
}

interface Numbers {
  readonly at: number;
  readonly requests: number;
  readonly rssMiB: number;
  readonly cpuSeconds: number;
}

async function numbersOf({ url }: RunningApi): Promise<Numbers> {
  const text = await (await fetch(`${url}/metrics`, { headers })).text();
  const sumOf = (name: string) => [...text.matchAll(new RegExp(`^${name}(?:{[^}]*})? (\\S+)$`, 'gm'))].reduce((sum, [, value]) => sum + Number(value), 0);
  const cpuSeconds = sumOf('process_cpu_seconds_total');
  return { at: Date.now(), cpuSeconds, requests: sumOf('rehelm_api_temporal_requests_total'), rssMiB: sumOf('process_resident_memory_bytes') / 1024 / 1024 };
}

/** Ticks of all processors since the machine started, and those that its host gave to others: the first line of proc_stat(5). */
function machineTicks(): { readonly all: number; readonly stolen: number } {
  const [first = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const ticks = first.split(/\s+/).slice(1, 9).map(Number);
  return { all: ticks.reduce((sum, each) => sum + each, 0), stolen: ticks[7] ?? 0 };
}

const tenths = (value: number): number => Math.round(value * 10) / 10;

/** What the clients say, and the API's numbers from their `begin` to their `end`. */
async function hear(clients: Readable, api: RunningApi): Promise<{ readonly numbers: readonly Numbers[]; readonly saw?: ClientsSaw }> {
  const numbers: Numbers[] = [];
  const sample = async () => void numbers.push(await numbersOf(api));
  let sampling: NodeJS.Timeout | undefined;
  let saw: ClientsSaw | undefined;
  for await (const line of createInterface({ input: clients })) {
    if (line === 'begin') sampling = setInterval(() => void sample(), sampleMilliseconds);
    else if (line === 'end') clearInterval(sampling);
    else saw = JSON.parse(line);
    if (!saw) await sample();
  }
  return { numbers, ...(saw && { saw }) };
}

/** Readers and lists from a process of their own, for one number of readers. */
async function measure(api: RunningApi, runId: string, viewers: number, seconds: number): Promise<ApiPoint> {
  const tokens = people.map(({ token }) => token);
  const order: ClientsOrder = { url: api.url, tokens, viewers, stuck: viewers > 1, runId, seconds, settleSeconds, listsPerSecond };
  const clients = spawn(process.execPath, ['--enable-source-maps', fileURLToPath(new URL('./clients.js', import.meta.url)), JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ticks = machineTicks();
  const { numbers, saw } = await hear(clients.stdout, api);
  const [before, after] = [numbers[0], numbers.at(-1)];
  if (!before || !after || !saw) throw new Error(`${viewers} viewers: the clients ended with ${clients.exitCode} before they had measured`);
  const now = machineTicks();
  for (const failure of saw.listFailures.slice(0, 3)) tell(`list: ${failure}`);
  return {
    viewers,
    listP99Ms: tenths(p99(saw.listMilliseconds)),
    eventP99Ms: tenths(p99(saw.eventMilliseconds)),
    lostEvents: saw.lostEvents,
    temporalCallsPerSecond: tenths(((after.requests - before.requests) * 1000) / (after.at - before.at)),
    rssGrowthMiB: tenths(growthOf(numbers.map(({ rssMiB }) => rssMiB))),
    cpuPercent: Math.round(((after.cpuSeconds - before.cpuSeconds) * 100_000) / (after.at - before.at)),
    stolenPercent: tenths(((now.stolen - ticks.stolen) * 100) / (now.all - ticks.all)),
    lists: saw.lists,
    events: saw.eventMilliseconds.length,
    failures: saw.listFailures.length,
    reconnects: saw.reconnects,
  };
}

interface Measured {
  readonly points: readonly ApiPoint[];
  /** Were measured again, since the host had taken too much of the machine. */
  readonly disturbed: readonly ApiPoint[];
}

async function measureAll({ runs, seconds, viewers }: Options, folder: string): Promise<Measured> {
  const fake = shop();
  await prepareAttributes();
  tell(`seeding ${runs} past runs`);
  await seedPastRuns(Number(runs), taskQueue, fake);
  const kinds = {
    ...shopKind({ plan: longPlan, policy: { searchAttributes: true } }),
    scaleDown: () => new Promise<void>((done) => setTimeout(done, stepMilliseconds)),
  };
  const points: ApiPoint[] = [];
  const disturbed: ApiPoint[] = [];
  await atDesk({ fake, kinds, settings: { searchAttributes: true }, queue: taskQueue }, async () => {
    const api = await startApi(folder);
    try {
      const runId = await startRun(api);
      const counts = viewers.split(',').map(Number);
      tell('warming up with as many as there will be at most: what a process needs once is no growth');
      await measure(api, runId, Math.max(...counts), Number(seconds));
      for (const each of counts) {
        tell(`${each} viewers, ${listsPerSecond} lists a second, ${seconds} s`);
        let point = await measure(api, runId, each, Number(seconds));
        for (let again = 1; again < mostAttempts && point.stolenPercent > mostStolenPercent; again += 1) {
          tell(`measured again: the host took ${point.stolenPercent} % of the machine`);
          disturbed.push(point);
          point = await measure(api, runId, each, Number(seconds));
        }
        points.push(point);
      }
      await env.client.workflow.getHandle(runId.replaceAll('~', '/')).terminate();
    } finally {
      api.process.kill();
      await once(api.process, 'exit');
    }
  });
  return { points, disturbed };
}

async function benchApi(options: Options): Promise<void> {
  const folder = scratchFolder('bench-api');
  await startTemporal();
  try {
    const { points, disturbed } = await measureAll(options, folder);
    const missed = missedBars(points);
    mkdirSync(options.out, { recursive: true });
    const result = {
      at: new Date().toISOString(),
      load: loadavg(),
      pastRuns: Number(options.runs),
      listsPerSecond,
      seconds: Number(options.seconds),
      points,
      disturbed,
      missed,
    };
    writeFileSync(join(options.out, 'api.json'), `${JSON.stringify(result, null, 2)}\n`);
    process.stderr.write(`${table(points, missed, loadavg())}\n`);
    process.exitCode = missed.length === 0 ? 0 : 1;
  } finally {
    await stopTemporal();
  }
}

await new Command('bench-api')
  .description('Measures the HTTP API under readers and lists, over many past runs on a real Temporal')
  .option('--runs <number>', 'past runs', '2000')
  .option('--seconds <number>', 'measured time of each point', '60')
  .option('--viewers <numbers>', 'readers of each point', '1,50,200')
  .option('--out <folder>', 'for api.json', 'out/bench')
  .action(benchApi)
  .parseAsync();

// The SDK's connections would keep the process for a while.
process.exit();
