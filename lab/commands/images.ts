import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { importEverywhere } from '../cluster/cluster-images.js';
import { clusterLayout } from '../cluster/cluster-layout.js';
import { poweredNodes } from '../cluster/node.js';
import { importArchive } from '../cluster/node-images.js';
import { imageNames, imageRecipe } from '../images/image-catalog.js';
import { buildImage } from '../images/image-recipe.js';
import { LabError } from '../lab-error.js';
import { timed } from '../progress.js';
import { nameOption } from './options.js';
import { requireState } from './status.js';

/** `lab images list|build|import`. */
export function addImagesCommands(program: Command): void {
  const images = program.command('images').description('container images, made here and given to the nodes');
  images
    .command('list')
    .description('names of the images that can be made')
    .action(() => void process.stdout.write(`${imageNames().join('\n')}\n`));
  images
    .command('build <names...>')
    .description('make images, into the cache')
    .action(async (names: string[]) => {
      for (const name of names) await timed(`image ${name}`, () => buildImage(imageRecipe(name)));
    });
  images
    .command('import <images...>')
    .description('give images to every node that is on: names out of the list (made first if need be), or OCI archives')
    .addOption(nameOption())
    .action((names: string[], options: { name: string }) => importAll(options.name, names));
}

async function importAll(clusterName: string, namesOrFiles: readonly string[]): Promise<void> {
  const state = requireState(clusterName);
  const cluster = clusterLayout(state.name, state.slot);
  const names = namesOrFiles.filter((name) => imageNames().includes(name));
  const files = namesOrFiles.filter((name) => !names.includes(name));
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined) throw new LabError(`${missing} is neither an image nor a file`, `images: ${imageNames().join(', ')}`);
  await importEverywhere(state, names);
  for (const file of files) await timed(file, () => Promise.all(poweredNodes(state).map((node) => importArchive(cluster, node, file))));
}
