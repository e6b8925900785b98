import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { subjectOfBearer } from '../../../src/api/access/bearer.js';
import { specKinds } from '../../../src/model/schema/kinds.js';
import { registerSearchAttributes } from '../../../src/worker/search-attributes.js';
import { withDrilled } from '../../support/drill-kind.js';
import { shop } from '../../support/shop.js';
import { env, startTemporal, stopTemporal } from '../../support/temporal.js';
import { atPortal } from '../support/portal.js';
import { fuzzedKinds } from './kinds.js';
import { people } from './people.js';
import { type Plant, plants } from './plants.js';
import { guarded, Seeds } from './seeds.js';
import { type Counted, ServedApi } from './served.js';

const out = 'out/api';
const fewestCases = 5000;
const fewest2xx = 50;
/** The only part that is wanted; all where it is not said. */
const part = parseArgs({ options: { only: { type: 'string' }, serve: { type: 'boolean' } } }).values.only;
const wanted = (name: string): boolean => part === undefined || part === name;
const say = (text: string) => process.stderr.write(`fuzz-api: ${text}\n`);

interface Found {
  readonly check: string;
  readonly operation: string;
  readonly message: string;
}

interface Course {
  readonly cases: number;
  readonly failures: readonly Found[];
  readonly operations: readonly Counted[];
  /** Of schemathesis: 0 without failures, 1 with them, anything else when it could not do its work. */
  readonly code: number;
}

/** Hands the fuzzer's hooks requests that are granted, over HTTP on a port of its own. */
async function serveSeeds(seeds: Seeds): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    const operation = new URL(request.url ?? '/', 'http://seeds').searchParams.get('operation') ?? '';
    const answer = (status: number, body: unknown) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (operation === '') return void answer(200, { runs: seeds.someRuns, schedules: seeds.someSchedules });
    seeds.granted(operation).then(
      (granted) => answer(200, granted ?? {}),
      (error: Error) => {
        say(error.message);
        answer(500, {});
      },
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

interface Planted {
  readonly plant: string;
  readonly check: string;
  readonly found: boolean;
}

const fuzzer = process.env['REHELM_SCHEMATHESIS'] ?? 'schemathesis';

async function fuzz(served: ServedApi, base: string, seedsUrl: string, name: string, options: readonly string[], granted = 0.6): Promise<Course> {
  served.take();
  const report = `${out}/fuzz-${name}.ndjson`;
  const args = [
    '--config-file',
    'test/api/fuzz/schemathesis.toml',
    'run',
    `${base}/openapi.json`,
    '--checks',
    'all',
    '--no-color',
    '--report',
    'ndjson',
    '--report-ndjson-path',
    report,
  ];
  const child = spawn(fuzzer, [...args, ...options], {
    env: {
      ...process.env,
      REHELM_FUZZ_SEEDS: seedsUrl,
      REHELM_FUZZ_GRANTED: String(granted),
      REHELM_FUZZ_STRANGERS: served.plant ? '0.3' : '0.05',
      SCHEMATHESIS_HOOKS: 'test/api/fuzz/hooks.py',
      PYTHONDONTWRITEBYTECODE: '1',
      HYPOTHESIS_STORAGE_DIRECTORY: `${out}/hypothesis`,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  const code = await new Promise<number>((ended) => child.once('close', (status) => ended(status ?? 2)));
  writeFileSync(`${out}/fuzz-${name}.log`, Buffer.concat(said));
  return { ...readCourse(readFileSync(report, 'utf8')), operations: served.take(), code };
}

interface Checked {
  readonly name: string;
  readonly status: string;
  readonly failure_info?: { readonly failure?: { readonly message?: string } };
}

interface Line {
  readonly ScenarioFinished?: {
    readonly recorder: {
      readonly label: string;
      readonly checks?: Readonly<Record<string, readonly Checked[]>>;
      readonly interactions?: Readonly<Record<string, unknown>>;
    };
  };
  readonly NonFatalError?: { readonly label: string; readonly value: { readonly message: string } };
}

/** What was sent, and what was not as it should be: by a check, or because the fuzzer could not do its work. */
function readCourse(ndjson: string): Pick<Course, 'cases' | 'failures'> {
  const lines: readonly Line[] = ndjson.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  const recorders = lines.flatMap(({ ScenarioFinished: finished }) => finished?.recorder ?? []);
  const failed = recorders.flatMap(({ label, checks = {} }) =>
    Object.values(checks)
      .flat()
      .filter(({ status }) => status !== 'success')
      .map(({ name, failure_info: info }) => ({ check: name, operation: label, message: info?.failure?.message ?? '' })),
  );
  const errors = lines.flatMap(({ NonFatalError: error }) => (error ? [{ check: 'error', operation: error.label, message: error.value.message }] : []));
  return { cases: recorders.reduce((sum, { interactions = {} }) => sum + Object.keys(interactions).length, 0), failures: [...failed, ...errors] };
}

async function whether(served: ServedApi, base: string, seedsUrl: string, plant: Plant, index: number): Promise<Planted> {
  served.plant = plant;
  const { failures, code } = await fuzz(served, base, seedsUrl, `planted-${index + 1}`, [...short, '--include-operation-id', plant.operation]);
  served.plant = undefined;
  const found = code === 1 && failures.some(({ check }) => check === plant.check);
  say(`${plant.name}: ${found ? 'found' : 'NOT FOUND'} by ${plant.check}`);
  return { plant: plant.name, check: plant.check, found };
}

const nothing: Course = { cases: 0, failures: [], operations: [], code: 0 };

const right = ['--phases', 'fuzzing', '--mode', 'positive', '--workers', '1'];

/** Everything that may be asked, right and wrong; what is right, more often; and one thing after another, as answers link to the next. */
const courses: readonly (readonly [name: string, options: readonly string[], granted: number])[] = [
  ['all', ['--phases', 'examples,coverage,fuzzing', '--workers', '1', '--max-examples', '8'], 0.6],
  ['right', [...right, '--max-examples', '60'], 0.97],
  ['linked', ['--phases', 'stateful', '--workers', '1', '--max-examples', '40'], 0.6],
];

const short = ['--phases', 'examples,coverage,fuzzing', '--workers', '1', '--max-examples', '15', '--no-shrink'];

async function fuzzAll(served: ServedApi, base: string, seedsUrl: string): Promise<Course> {
  const parts: Course[] = [];
  const add = async (name: string, options: readonly string[], granted: number) => {
    const begun = performance.now();
    const course = await fuzz(served, base, seedsUrl, name, options, granted);
    parts.push(course);
    say(`${name}: ${course.cases} cases, ${course.failures.length} failures, ${Math.round((performance.now() - begun) / 1000)} s`);
  };
  for (const [name, options, granted] of courses.filter(([each]) => wanted(each))) await add(name, options, granted);
  // Where the fuzzer runs out of ideas early: of an operation that takes an id alone it may send a dozen.
  for (let round = 1; round <= 4 && part === undefined; round += 1) {
    const rare = rareIn(sumOf(parts)).flatMap(({ id }) => ['--include-operation-id', id]);
    if (rare.length > 0) await add(`rare-${round}`, [...right, '--max-examples', '60', ...rare], 0.97);
  }
  return sumOf(parts);
}

function sumOf(parts: readonly Course[]): Course {
  const sum = (id: string, field: 'status2xx' | 'status4xx' | 'others') =>
    parts.reduce((total, { operations }) => total + (operations.find((each) => each.id === id)?.[field] ?? 0), 0);
  return {
    cases: parts.reduce((total, { cases }) => total + cases, 0),
    failures: parts.flatMap(({ failures }) => failures),
    operations: parts[0]!.operations.map(({ id }) => ({ id, status2xx: sum(id, 'status2xx'), status4xx: sum(id, 'status4xx'), others: sum(id, 'others') })),
    code: Math.max(...parts.map(({ code }) => code)),
  };
}

const rareIn = ({ operations }: Course): readonly Counted[] => operations.filter(({ status2xx }) => status2xx < fewest2xx);

/** Writes what came of it; whether that is enough. */
function conclude(course: Course, planted: readonly Planted[]): boolean {
  const { cases, failures, operations, code } = course;
  const plantedFound = planted.filter(({ found }) => found).length;
  const report = { cases, failures: failures.length, operations, plantedFound, planted, found: failures };
  writeFileSync(`${out}/${part ? `fuzz-${part}` : 'fuzz'}.json`, `${JSON.stringify(report, undefined, 1)}\n`);
  const rare = rareIn(course);
  for (const { id, status2xx } of rare) say(`${id}: only ${status2xx} answers of 2xx`);
  for (const each of failures.slice(0, 20)) say(`${each.check} ${each.operation}: ${each.message}`);
  process.stdout.write(
    `${cases} cases, ${failures.length} failures, ${plantedFound} of ${planted.length} planted bugs found, ${rare.length} operations with too few answers of 2xx\n`,
  );
  const isEnough = part !== undefined || (cases >= fewestCases && rare.length === 0);
  return code === 0 && failures.length === 0 && isEnough && plantedFound === planted.length;
}

async function main(): Promise<number> {
  mkdirSync(out, { recursive: true });
  await startTemporal();
  await registerSearchAttributes(env.connection, 'default');
  const subjectOf = (request: Parameters<typeof subjectOfBearer>[0]) => subjectOfBearer(request, async (token) => people.get(token));
  const fake = withDrilled(withDrilled(shop(), 'web'), guarded);
  // What a 500 keeps to itself.
  const logger = pino({ level: 'error' }, pino.destination(2));
  const options = { logger, subjectOf, kinds: specKinds, requestsPerMinute: 10_000_000, fourEyes: () => [guarded] };
  let passed = false;
  await atPortal({ fake, kinds: fuzzedKinds, settings: { searchAttributes: true }, options }, async (portal) => {
    const seeds = new Seeds(portal, fake);
    const served = new ServedApi(portal.api);
    const [base, handed] = [await served.listen(), await serveSeeds(seeds)];
    await seeds.begin();
    say('seeded');
    if (process.argv.includes('--serve')) {
      process.stdout.write(`${base} ${handed.url}\n`);
      await new Promise((ended) => process.once('SIGINT', ended));
      return;
    }
    const course = part === 'planted' ? nothing : await fuzzAll(served, base, handed.url);
    const planted: Planted[] = [];
    for (const [index, plant] of wanted('planted') ? plants.entries() : []) planted.push(await whether(served, base, handed.url, plant, index));
    passed = conclude(course, planted);
    handed.close();
  });
  await stopTemporal();
  return passed ? 0 : 1;
}

process.exitCode = await main();
