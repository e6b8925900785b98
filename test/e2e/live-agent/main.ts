import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { placeOn } from '../story/place.js';
import { run, teller } from '../story/tools.js';
import { deployLiveAgent, images, newChart, removeLiveAgent } from './scene.js';
import { dataDifferences, type ProductState, readState } from './state.js';

interface Options {
  readonly lab: string;
  readonly gib: string;
  readonly seed: string;
  readonly files: string;
}

const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);

async function up({ lab, gib, seed, files }: Options): Promise<void> {
  const tell = teller();
  const { place, registry } = await placeOn(lab);
  await run(place, `${place.checkout}/bin/lab`, ['images', 'import', '--name', lab, ...images]);
  await deployLiveAgent(place, registry, { gib: Number(gib), seed: Number(seed), files: Number(files) }, tell);
  print({ target: newChart(registry), ...(await readState(place)) });
}

async function state({ lab, like }: Pick<Options, 'lab'> & { readonly like?: string }): Promise<void> {
  const before: ProductState | undefined = like ? JSON.parse(readFileSync(like, 'utf8')) : undefined;
  const found = await readState((await placeOn(lab)).place, before);
  print(found);
  const missed = before ? dataDifferences(before, found) : [];
  for (const difference of missed) process.stderr.write(`${difference}\n`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

const program = new Command('live-agent').description('The product of examples/live-agent on a running lab, to try its upgrade on');
const onLab = (command: Command) => command.option('--lab <name>', '', 'lab');
onLab(program.command('up'))
  .description('images, both charts into the registry, the old one installed and filled')
  .option('--gib <number>', 'of tables and indexes, about', '0.05')
  .option('--seed <number>', '', '1')
  .option('--files <number>', '', '300')
  .action(up);
onLab(program.command('state'))
  .description('rows, files, keys, release')
  .option('--like <file>', 'an earlier state: fails where users miss something since')
  .action(state);
onLab(program.command('down')).action(async ({ lab }: Options) => removeLiveAgent((await placeOn(lab)).place));
await program.parseAsync();
