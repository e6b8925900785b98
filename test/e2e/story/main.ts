import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { kustomizeToHelmStory } from './kustomize-to-helm.js';
import { placeOn } from './place.js';
import { withoutLists } from './run-figures.js';
import { teller } from './tools.js';

interface Options {
  readonly lab: string;
  readonly documents: string;
  readonly out: string;
}

async function tellStory({ lab, documents, out }: Options): Promise<void> {
  const tell = teller();
  const folder = join(process.cwd(), out);
  mkdirSync(folder, { recursive: true });
  const result = await kustomizeToHelmStory({ ...(await placeOn(lab)), documents: Number(documents), folder, tell });
  process.stdout.write(`${JSON.stringify(withoutLists(result), null, 2)}\n`);
}

await new Command('story')
  .description('Takes the example product from Kustomize to Helm on a running lab: with the worker killed, back, again, and finalized')
  .option('--lab <name>', '', 'lab')
  .option('--documents <number>', '', '50000')
  .option('--out <folder>', 'logs and report.json', 'out/demo')
  .action(tellStory)
  .parseAsync();
