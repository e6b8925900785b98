import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { placeOn } from '../story/place.js';
import { teller } from '../story/tools.js';
import { type FaultName, faults } from './faults.js';
import { installTarget, removeTarget } from './install-target.js';
import { strikePrimary } from './strike.js';
import { targets } from './targets.js';
import { startWriter } from './writer.js';

interface Options {
  readonly lab: string;
  readonly out: string;
  readonly target: 'repmgr' | 'patroni';
  readonly set: readonly string[];
  readonly faults: string;
  readonly clientNode: string;
  readonly keep?: true;
}

const isFault = (name: string): name is FaultName => name in faults;

async function proveTarget({ lab, out, target: name, set, faults: wanted, clientNode, keep }: Options): Promise<void> {
  const tell = teller();
  const { place, power } = await placeOn(lab);
  const target = targets[name];
  const installSeconds = await installTarget(place, target, set);
  tell(`${target.chart} (${set.join(', ') || 'as it comes'}) is whole after ${installSeconds} s`);
  const writer = await startWriter(place, target, clientNode);
  const strikes = [];
  for (const fault of wanted.split(',').filter(isFault)) {
    const strike = await strikePrimary(place, power, target, writer, fault);
    tell(JSON.stringify(strike));
    strikes.push(strike);
  }
  mkdirSync(out, { recursive: true });
  const file = join(out, [name, ...set].join('-'));
  writeFileSync(`${file}.log`, await writer.log());
  await writer.stop();
  if (!keep) await removeTarget(place, target);
  writeFileSync(`${file}.json`, `${JSON.stringify({ target: name, values: set, installSeconds, strikes }, null, 2)}\n`);
}

await new Command('prove-targets')
  .description("Strikes the primary of one of the example's databases on a running lab with four nodes, and tells what writers saw")
  .requiredOption('--target <name>', 'repmgr or patroni')
  .option('--set <values...>', 'values of the chart', [])
  .option('--faults <names>', Object.keys(faults).join(','), Object.keys(faults).join(','))
  .option('--lab <name>', '', 'lab')
  .option('--client-node <name>', 'where the writer runs', 'n4')
  .option('--out <folder>', '', 'out/drill-targets')
  .option('--keep', 'leave the target installed')
  .action(proveTarget)
  .parseAsync();
