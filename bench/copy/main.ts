import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { run, teller } from '../../test/e2e/story/tools.js';
import { benchPostgres, distance, farConnections } from './bench-postgres.js';
import { type CopyBench, copyParts, copyTable } from './copy-table.js';
import { benchMongo } from './mongo.js';
import { described } from './scene.js';
import { workerMemory } from './worker-memory.js';

interface Options {
  readonly mebibytes: string;
  readonly rounds: string;
  readonly parts: string;
  readonly documents: string;
  readonly lab: string;
  readonly out: string;
}

async function benchCopy({ mebibytes, rounds, parts, documents, lab, out }: Options): Promise<void> {
  const { stdout: commit } = await run({ checkout: process.cwd(), env: {} }, 'git', ['rev-parse', '--short', 'HEAD'], { mayFail: true });
  const chosen = new Set(copyParts.filter((part) => parts.split(',').includes(part)));
  const postgres =
    chosen.size > 0 ? await benchPostgres({ mebibytes: Number(mebibytes), rounds: Number(rounds), parts: chosen, proxy: proxyProgram(), tell: teller() }) : {};
  const mongodb = parts.split(',').includes('mongodb') ? await benchMongo({ documents: Number(documents), tell: teller() }) : undefined;
  const workers = parts.split(',').includes('worker') ? await workerMemory(lab, workerSizes, teller()) : undefined;
  const peaks = Object.values(postgres).map(({ copierPeakMiB }) => copierPeakMiB);
  const result: CopyBench = {
    ...{ at: new Date().toISOString(), commit: commit || 'unknown', load: loadavg(), mebibytes: Number(mebibytes), ...described },
    ...{ throttle: { ...distance, copierConnections: farConnections }, postgres },
    ...(peaks.length > 0 && { copierPeakMiB: Math.max(...peaks) }),
    ...(workers && { workerPeakMiB: workers.at(-1)?.peakMiB ?? 0, workers }),
    ...(mongodb && { mongodb }),
  };
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'copy.json'), `${JSON.stringify(result, null, 2)}\n`);
  process.stderr.write(`${copyTable(result)}\n`);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

function proxyProgram(): string {
  const proxy = process.env['REHELM_TOXIPROXY'];
  if (!proxy) throw new Error('set REHELM_TOXIPROXY, as `bin/lab tools --print toxiproxy` names it');
  return proxy;
}

/** In MiB. */
const workerSizes = [64, 1024];

const allParts = [...copyParts, 'mongodb', 'worker'].join(',');

await new Command('copy')
  .description('Measures the copier against pg_dump and its companions, and against a bare scan and insert: the same rows, indexes and durability at the end')
  .option('--mebibytes <number>', 'of the one big table, and of the twenty together', '5120')
  .option('--rounds <number>', 'of all contenders, for the median', '3')
  .option('--parts <names>', allParts, allParts)
  .option('--documents <number>', "of MongoDB's collection", '300000')
  .option('--lab <name>', 'a lab that is up, for the worker', 'bench')
  .option('--out <folder>', 'where copy.json goes', 'out/bench')
  .action(benchCopy)
  .parseAsync();
process.exit();
