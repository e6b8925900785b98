import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { placeOn } from './place.js';
import type { Registry } from './registry.js';
import { type Place, run, teller } from './tools.js';

/** An example product on a running lab: what `up`, `state` and `down` of its program do. */
export interface Scene<State> {
  readonly name: string;
  readonly images: readonly string[];
  /** How much is seeded: name, default and what it says of it, each a number. */
  readonly sizes: Readonly<Record<string, readonly [fallback: number, description: string]>>;
  deploy(place: Place, registry: Registry, size: Readonly<Record<string, number>>, tell: (line: string) => void): Promise<void>;
  /** How a spec names the chart that it is to become. */
  target(registry: Registry): object;
  readState(place: Place, like?: State): Promise<State>;
  /** What users miss since, one sentence each. */
  dataDifferences(before: State, after: State): readonly string[];
  remove(place: Place): Promise<void>;
}

const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);

export async function playScene<State>(scene: Scene<State>): Promise<void> {
  const program = new Command(scene.name).description(`The product of examples/${scene.name} on a running lab, to try its upgrade on`);
  const onLab = (name: string) => program.command(name).option('--lab <name>', '', 'lab');

  const up = onLab('up').description('images, both charts into the registry, the old one installed and filled');
  for (const [size, [fallback, description]] of Object.entries(scene.sizes)) up.option(`--${size} <number>`, description, String(fallback));
  up.action(async ({ lab, ...given }: { readonly lab: string } & Readonly<Record<string, string>>) => {
    const tell = teller();
    const { place, registry } = await placeOn(lab);
    await run(place, `${place.checkout}/bin/lab`, ['images', 'import', '--name', lab, ...scene.images]);
    await scene.deploy(place, registry, Object.fromEntries(Object.entries(given).map(([size, value]) => [size, Number(value)])), tell);
    print({ target: scene.target(registry), ...(await scene.readState(place)) });
  });

  onLab('state')
    .description('what it holds')
    .option('--like <file>', 'an earlier state: fails where users miss something since')
    .action(async ({ lab, like }: { readonly lab: string; readonly like?: string }) => {
      const before: State | undefined = like ? JSON.parse(readFileSync(like, 'utf8')) : undefined;
      const found = await scene.readState((await placeOn(lab)).place, before);
      print(found);
      const missed = before ? scene.dataDifferences(before, found) : [];
      for (const difference of missed) process.stderr.write(`${difference}\n`);
      process.exitCode = missed.length === 0 ? 0 : 1;
    });

  onLab('down').action(async ({ lab }: { readonly lab: string }) => scene.remove((await placeOn(lab)).place));
  await program.parseAsync();
}
