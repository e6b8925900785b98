import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startTemporal, stopTemporal } from '../support/product/migration.js';
import { carryOut, carryOutUndisturbed } from './carry-out.js';
import { type PlayName, plays } from './plays.js';
import { allPoints, type Point, stepsWithoutMiddle } from './points.js';
import { type Recording, recordRun } from './recording.js';
import type { Stagehands } from './stage.js';

const usage = `crash [--kind KIND] [--only STEP/ROW]... [--rows before,after,middle,zombie,reset,cancel] [--width N] [--list] [--out FOLDER]
Kills, freezes and resets at every crash point of a kind: ${Object.keys(plays).join(', ')}; without --kind of each. STEP/ROW: volume/files/middle-2, volume/files, zombie.`;

interface Failure {
  readonly point: string;
  readonly message: string;
}

/** A point takes seconds; this ends one that hangs. */
const patienceMilliseconds = 240_000;

const { values: given } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    rows: { type: 'string' },
    width: { type: 'string', default: '5' },
    kind: { type: 'string' },
    out: { type: 'string', default: 'out/crash' },
    worker: { type: 'string', default: '' },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const say = (text: string) => process.stderr.write(`${text}\n`);

function isChosen({ id, row, step }: Point): boolean {
  const rows = given.rows?.split(',') ?? [];
  const named = given.only.length === 0 || given.only.some((name) => name === id || name === step.id || name === row || id.startsWith(`${name}-`));
  return named && (rows.length === 0 || rows.includes(row));
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`it did not end in ${patienceMilliseconds / 1000} s`)), patienceMilliseconds);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

async function attempt(name: string, work: () => Promise<readonly string[]>, failures: Failure[]): Promise<void> {
  const startedAt = Date.now();
  const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
  try {
    const limits = await inTime(work());
    say(`ok      ${name} (${seconds()})${limits.map((limit) => `; ${limit}`).join('')}`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    failures.push({ point: name, message });
    say(`FAILED  ${name} (${seconds()}): ${message}`);
  }
}

async function runPoints(points: readonly Point[], recording: Recording, hands: Stagehands): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  await attempt('undisturbed', () => carryOutUndisturbed(recording, hands), failures);
  const queue = [...points];
  const next = async () => {
    for (let point = queue.shift(); point; point = queue.shift()) {
      const taken = point;
      await attempt(taken.id, () => carryOut(taken, recording, hands), failures);
    }
  };
  await Promise.all(Array.from({ length: Number(given.width) }, next));
  return failures;
}

function writeResult(kind: PlayName, all: readonly Point[], points: readonly Point[], failures: readonly Failure[]): void {
  const failed = new Set(failures.map(({ point }) => point));
  const count = (row: string) => points.filter((point) => point.row === row).length;
  const result = {
    points: points.length,
    stepsWithoutMiddle: stepsWithoutMiddle(all),
    zombies: count('zombie'),
    resets: count('reset'),
    cancels: count('cancel'),
    passed: points.filter(({ id }) => !failed.has(id)).length,
    failures,
  };
  const file = join(resolve(given.out), `${kebab(kind)}.json`);
  mkdirSync(resolve(given.out), { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(`${kind}: ${result.passed} passed, ${failures.length} failed\n`);
}

const kebab = (kind: string) => kind.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => `-${letter}`).toLowerCase();

const chosenKinds = (): readonly PlayName[] => {
  const kinds = Object.keys(plays).filter((kind): kind is PlayName => kind in plays);
  return given.kind === undefined ? kinds : kinds.filter((kind) => kind === given.kind);
};

/** False where a point failed, or there was none. */
async function crash(kind: PlayName): Promise<boolean> {
  const play = plays[kind];
  const recording = await recordRun(play);
  const all = allPoints(recording);
  const points = all.filter(isChosen);
  if (given.list) {
    for (const { id, at, made } of points) process.stdout.write(`${kind}\t${id}\t${made ? 'after' : 'before'} ${at.change}\n`);
    return true;
  }
  if (points.length === 0) return given.only.length > 0;
  say(`${kind}: ${points.length} of ${all.length} points of ${recording.steps.length} steps`);
  const logs = join(resolve(given.out), 'logs', kebab(kind));
  mkdirSync(logs, { recursive: true });
  const failures = await runPoints(points, recording, { play, workerMain: resolve(given.worker), logs });
  writeResult(kind, all, points, failures);
  return failures.length === 0;
}

async function main(): Promise<number> {
  if (given.help) {
    say(usage);
    return 0;
  }
  const kinds = chosenKinds();
  await startTemporal();
  try {
    let passed = kinds.length > 0;
    for (const kind of kinds) passed = (await crash(kind)) && passed;
    return passed ? 0 : 1;
  } finally {
    await stopTemporal();
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stopTemporal().finally(() => process.exit(130)));
process.exit(await main());
