import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LayerRecipe } from './layer-store.js';

/** A file to put into a layer: where from, and its mode (0o644 unless told). */
export interface LayerFile {
  readonly source: string;
  readonly mode?: number;
}

/** A layer of single files: path in the image → file. The name is for progress and the cache. */
export function filesLayer(name: string, files: Readonly<Record<string, LayerFile>>): LayerRecipe {
  return {
    name,
    async key() {
      const hash = createHash('sha256');
      for (const [path, file] of Object.entries(files)) hash.update(`${path} ${file.mode ?? 0o644}\n`).update(await readFile(file.source));
      return hash.digest('hex');
    },
    async build(folder) {
      for (const [path, file] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await copyFile(file.source, join(folder, path));
        await chmod(join(folder, path), file.mode ?? 0o644);
      }
    },
  };
}
