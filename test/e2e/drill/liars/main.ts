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
  const { place } = await placeOn(lab);
  const stack = await startStack(place, join(out, 'temporal-liars'));
  await stack.startWorker();
  const { liars, accuracy } = await proveMeasurement(stack.place, { out, tell, ...(only !== undefined && { only }) });
  await stack.stop();
  const worst = Math.max(0, ...accuracy.map(({ errorSeconds }) => (errorSeconds === undefined ? Number.POSITIVE_INFINITY : Math.abs(errorSeconds))));
  tell(
    `${liars.found} of ${liars.kinds} liars found, ${liars.falseAlarms} false alarms in ${liars.honestRuns} honest runs, |error| ≤ ${worst} s in ${accuracy.length} outages`,
  );
}

await new Command('liars')
  .description(
    "Drills a database behind proxies that lie, that are honest, and that are away for a known time, on a running lab with four nodes; the drill's own measurement is what is tried",
  )
  .option('--lab <name>', '', 'drills')
  .option('--out <folder>', '', 'out/drills')
  .option('--only <pattern>', 'trials by name, such as liar-duplicate, honest or down-silent')
  .action(prove)
  .parseAsync();
