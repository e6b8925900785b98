import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { bundleCopier } from '../../test/copier/support/copier-process.js';
import { benchPrecopy, type PrecopyFigures } from './bench-precopy.js';

const mostCutoverSeconds = 10;
const file = 'out/bench/precopy.json';

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const { gibibytes } = new Command().option('--gibibytes <sizes>', 'sizes, commas between them', '1,5').parse().opts<{ gibibytes: string }>();
  const program = await bundleCopier();
  const figures: PrecopyFigures[] = [];
  try {
    for (const size of gibibytes.split(',')) figures.push(await benchPrecopy(program, Number(size), say));
  } finally {
    program.remove();
  }
  const result = {
    cutoverSeconds: Object.fromEntries(figures.map(({ gibibytes: size, cutoverSeconds }) => [`gib${size}`, Number(cutoverSeconds.toFixed(2))])),
    lostAcknowledgedRows: figures.reduce((sum, { lostAcknowledgedRows }) => sum + lostAcknowledgedRows, 0),
    details: figures,
    load: loadavg().map((load) => Number(load.toFixed(1))),
  };
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  say(JSON.stringify(result, null, 2));
  const isMet = result.lostAcknowledgedRows === 0 && figures.every(({ cutoverSeconds }) => cutoverSeconds <= mostCutoverSeconds);
  if (!isMet) say(`A bar was missed: ${mostCutoverSeconds} s, no row lost.`);
  return isMet ? 0 : 1;
}

process.exitCode = await main();
