import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { cacheRoot } from '../paths.js';
import { withFileLock } from '../process/file-lock.js';
import { run } from '../process/run-command.js';
import { timed } from '../progress.js';
import type { LayerBlob } from './oci-image.js';

/** How a layer is made. Equal keys make equal layers, so the key names everything that goes in. */
export interface LayerRecipe {
  readonly name: string;
  key(): Promise<string>;
  /** Fills an empty folder with the layer's files. Owners become root. */
  build(folder: string): Promise<void>;
}

/** The layer of a recipe, out of the cache or built. Layers are kept once, by digest, however many images hold them. */
export async function ensureLayer(recipe: LayerRecipe): Promise<LayerBlob> {
  const key = createHash('sha256')
    .update(await recipe.key())
    .digest('hex')
    .slice(0, 24);
  const record = storePath('layers', `${recipe.name}-${key}.json`);
  if (!existsSync(record)) {
    await withFileLock(storePath('.locks', recipe.name), `layer ${recipe.name}`, async () => {
      if (!existsSync(record)) await timed(`layer ${recipe.name}`, () => buildLayer(recipe, record));
    });
  }
  return JSON.parse(readFileSync(record, 'utf8'));
}

/** The bytes of a layer in the store. */
export function openLayer(layer: LayerBlob): Readable {
  return createReadStream(blobFile(layer.digest));
}

async function buildLayer(recipe: LayerRecipe, record: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rehelm-layer-'));
  const tar = storePath('blobs', `${recipe.name}.partial`);
  try {
    await Promise.all(['blobs', 'layers'].map((name) => mkdir(storePath(name), { recursive: true })));
    await recipe.build(folder);
    const sameBytesAlways = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
    await run('tar', [...sameBytesAlways, '-C', folder, '-cf', tar, '.']);
    const digest = await sha256Of(tar);
    const { size } = await stat(tar);
    await rename(tar, blobFile(digest));
    await writeFile(`${record}.partial`, JSON.stringify({ digest, size }));
    await rename(`${record}.partial`, record);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await rm(tar, { force: true });
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return `sha256:${hash.digest('hex')}`;
}

function blobFile(digest: string): string {
  return storePath('blobs', digest.replace(':', '-'));
}

function storePath(...names: readonly string[]): string {
  return join(cacheRoot(), 'images', ...names);
}
