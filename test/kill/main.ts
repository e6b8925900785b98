import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { createRandom, type Random } from '../../examples/cognigy/seed/random.js';
import { placeOn } from '../e2e/story/place.js';
import { type Place, teller } from '../e2e/story/tools.js';
import { mongoDatabase, postgresDatabase } from './database.js';
import { openScene } from './scene.js';
import { copyUndisturbed, strikeAll, type Trial } from './series.js';
import { type Engine, engines, startServers } from './servers.js';
import type { StrikeName } from './strikes.js';
import { missedBars, type Tally, tallyOf } from './tally.js';

interface Options {
  readonly lab: string;
  readonly seed: string;
  readonly kills: string;
  readonly engines: string;
  readonly out: string;
}

/** Of 50 kills of the worker, so many others. */
const [copierShare, restartShare] = [30 / 50, 10 / 50];
const tell = teller();

async function main(options: Options): Promise<number> {
  const seed = Number(options.seed);
  tell(`seed ${seed}: repeat with SEED=${seed}`);
  const { place } = await placeOn(options.lab);
  const folder = join(process.cwd(), 'out/kill/logs');
  rmSync(folder, { recursive: true, force: true });
  const kills = Number(options.kills);
  const chosen = engines.filter((engine) => options.engines.split(',').includes(engine));
  const startedMs = Date.now();
  // Side by side: each has a Temporal, a worker and servers of its own, and the copies are slow on purpose.
  const tallies = await Promise.all(chosen.map((engine, index) => tryEngine(place, engine, join(folder, engine), kills, createRandom(seed + index))));
  const result = {
    seed,
    minutes: Math.round((Date.now() - startedMs) / 6000) / 10,
    ...Object.fromEntries(tallies.map(({ engine, ...tally }) => [engine, tally])),
  };
  const file = resolve(options.out);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  const missed = tallies.flatMap((tally) => missedBars(tally, wishOf(kills)));
  for (const bar of missed) process.stderr.write(`missed: ${bar}\n`);
  return missed.length === 0 ? 0 : 1;
}

const wishOf = (kills: number) => ({
  workerKills: kills,
  copierKills: Math.ceil(kills * copierShare),
  restarts: Math.ceil(kills * restartShare),
});

async function tryEngine(place: Place, engine: Engine, folder: string, kills: number, random: Random): Promise<Tally> {
  mkdirSync(folder, { recursive: true });
  const servers = await startServers(place, engine);
  const database = engine === 'postgres' ? postgresDatabase(servers) : mongoDatabase(servers);
  await database.seed();
  tell(`${engine}: seeded`);
  const scene = await openScene(place, folder);
  try {
    const trial: Trial = { engine, scene, database, random, tell };
    const bytes = await copyUndisturbed(trial);
    tell(`${engine}: an undisturbed copy moved ${(bytes / 1024 ** 2).toFixed(1)} MiB`);
    const { workerKills, copierKills, restarts } = wishOf(kills);
    const some = (count: number, name: StrikeName) => Array.from({ length: count }, () => name);
    const worker = await strikeAll(trial, 'worker', some(workerKills, 'worker'), bytes);
    const copier = await strikeAll(trial, 'copier', some(copierKills, 'copier'), bytes);
    const mixed = shuffled(random, [...some(restarts, 'source'), ...some(restarts, 'target'), ...some(restarts, 'temporal')]);
    const restart = await strikeAll(trial, 'restart', mixed, bytes);
    return tallyOf(engine, { worker, copier, restart });
  } finally {
    await scene.close();
  }
}

/** Fisher and Yates. */
function shuffled<T>(random: Random, all: readonly T[]): readonly T[] {
  const mixed = [...all];
  for (let index = mixed.length - 1; index > 0; index -= 1) {
    const other = random.below(index + 1);
    [mixed[index], mixed[other]] = [mixed[other]!, mixed[index]!];
  }
  return mixed;
}

await new Command('kill-test')
  .description('Kills workers and copiers, restarts databases and Temporal in the middle of copies, and looks whether source and target are equal at the end')
  .option('--lab <name>', 'a lab that is up', 'kill')
  .option('--seed <number>', '', String(Date.now() % 1_000_000))
  .option('--kills <number>', 'of the worker for each engine; three fifths as many of the copier, a fifth of restarts of each server', '50')
  .option('--engines <names>', '', engines.join(','))
  .option('--out <file>', '', 'out/kill/copy.json')
  .action(async (options: Options) => process.exit(await main(options)))
  .parseAsync();
