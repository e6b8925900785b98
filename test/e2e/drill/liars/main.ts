import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { placeOn } from '../../story/place.js';
import { startStack } from '../../story/stack.js';
import { teller } from '../../story/tools.js';
import { proveMeasurement } from './prove-measurement.js';

interface Options {
  readonly lab: string;
  readonly out: string;
  readonly only?: string;
}

async function prove({ lab, out, only }: Options): Promise<void> {
  const tell = teller();
  mkdirSync(out, { recursive: true });
  const { place } = await placeOn(lab);
  const stack = await startStack(place, join(out, 'temporal-liars'));
  await stack.startWorker();
  const kept: Record<string, unknown> = {};
  const keep = (part: string, value: unknown): void => {
    kept[part] = value;
    writeFileSync(join(out, 'liars.json'), `${JSON.stringify(kept, null, 2)}\n`);
  };
  const misses: string[] = [];
  await proveMeasurement({ place: stack.place, out, tell, keep, miss: (what) => void misses.push(what) }, only);
  await stack.stop();
  for (const what of misses) tell(`missed: ${what}`);
  tell(`${out}/liars.json`);
  process.exitCode = misses.length > 0 ? 1 : 0;
}

await new Command('liars')
  .description('The part `measurement` of the matrix alone, on a running lab with four nodes; result in OUT/liars.json')
  .option('--lab <name>', '', 'drills')
  .option('--out <folder>', '', 'out/drills')
  .option('--only <pattern>', 'trials by name, such as liar-duplicate, honest or down-silent')
  .action(prove)
  .parseAsync();
