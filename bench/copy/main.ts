import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { run, teller } from '../../test/e2e/story/tools.js';
import { benchPostgres, distance, farConnections } from './bench-postgres.js';
import { type CopyBench, copyParts, copyTable } from './copy-table.js';
import { described } from './scene.js';

interface Options {
  readonly mebibytes: string;
  readonly rounds: string;
  readonly parts: string;
  readonly out: string;
}

async function benchCopy({ mebibytes, rounds, parts, out }: Options): Promise<void> {
  const proxy = process.env['REHELM_TOXIPROXY'];
  if (!proxy) throw new Error('set REHELM_TOXIPROXY, as `bin/lab tools --print toxiproxy` names it');
  const { stdout: commit } = await run({ checkout: process.cwd(), env: {} }, 'git', ['rev-parse', '--short', 'HEAD'], { mayFail: true });
  const chosen = new Set(copyParts.filter((part) => parts.split(',').includes(part)));
  const postgres = await benchPostgres({ mebibytes: Number(mebibytes), rounds: Number(rounds), parts: chosen, proxy, tell: teller() });
  const result: CopyBench = {
    ...{ at: new Date().toISOString(), commit: commit || 'unknown', load: loadavg(), mebibytes: Number(mebibytes), ...described },
    ...{ throttle: { ...distance, copierConnections: farConnections }, postgres },
    copierPeakMiB: Math.max(...Object.values(postgres).map(({ copierPeakMiB }) => copierPeakMiB)),
  };
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'copy.json'), `${JSON.stringify(result, null, 2)}\n`);
  process.stderr.write(`${copyTable(result)}\n`);
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

await new Command('copy')
  .description('Measures the copier against pg_dump and its companions: the same rows, indexes and durability at the end')
  .option('--mebibytes <number>', 'of the one big table, and of the twenty together', '5120')
  .option('--rounds <number>', 'of all contenders, for the median', '3')
  .option('--parts <names>', copyParts.join(','), copyParts.join(','))
  .option('--out <folder>', 'where copy.json goes', 'out/bench')
  .action(benchCopy)
  .parseAsync();
process.exit();
