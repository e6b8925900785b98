import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { LabError } from '../lab-error.js';
import { checkoutRoot } from '../paths.js';
import type { LayerRecipe } from './layer-store.js';

// esbuild leaves require() calls of CommonJS dependencies in an ESM bundle, where there is no require
const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** A layer with one file, /app/main.mjs: a TypeScript entry of this checkout with everything it imports. */
export function bundleLayer(name: string, entry: string): LayerRecipe {
  return {
    name,
    key: async () =>
      createHash('sha256')
        .update(await bundle(entry))
        .digest('hex'),
    async build(folder) {
      await mkdir(join(folder, 'app'));
      await writeFile(join(folder, 'app/main.mjs'), await bundle(entry));
    },
  };
}

async function bundle(entry: string): Promise<Uint8Array> {
  const root = checkoutRoot();
  if (!existsSync(join(root, entry))) throw new LabError(`${entry} is not there`, 'this image is made from it');
  const result = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'silent',
    // optional native parts of the mongodb driver
    external: ['pg-native', 'kerberos', '@mongodb-js/zstd', '@aws-sdk/credential-providers', 'gcp-metadata', 'snappy', 'aws4', 'mongodb-client-encryption'],
    banner: { js: banner },
  });
  return result.outputFiles[0]!.contents;
}
