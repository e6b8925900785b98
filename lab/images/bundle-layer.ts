import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleProgram } from '../../scripts/bundle-program.js';
import { LabError } from '../lab-error.js';
import { checkoutRoot } from '../paths.js';
import type { LayerRecipe } from './layer-store.js';

/** A layer with one file, /app/main.mjs: a TypeScript entry of this checkout with everything it imports, but for packages that are `left` out. */
export function bundleLayer(name: string, entry: string, left: readonly string[] = []): LayerRecipe {
  return {
    name,
    key: async () =>
      createHash('sha256')
        .update(await bundle(entry, left))
        .digest('hex'),
    async build(folder) {
      await mkdir(join(folder, 'app'));
      await writeFile(join(folder, 'app/main.mjs'), await bundle(entry, left));
    },
  };
}

async function bundle(entry: string, left: readonly string[]): Promise<Uint8Array> {
  const root = checkoutRoot();
  if (!existsSync(join(root, entry))) throw new LabError(`${entry} is not there`, 'this image is made from it');
  return bundleProgram(root, entry, left);
}
