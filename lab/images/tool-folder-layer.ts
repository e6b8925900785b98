import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureTool } from '../tools/index.js';
import type { LayerRecipe } from './layer-store.js';

/** A layer with a whole folder of the tools' cache at a path of the image. The cached path names the version, so it is the key. */
export function toolFolderLayer(tool: string, path: string): LayerRecipe {
  return {
    name: tool,
    key: async () => `${path} ${await ensureTool(tool)}`,
    async build(folder) {
      const source = await ensureTool(tool);
      await mkdir(join(folder, path), { recursive: true });
      for (const name of await readdir(source)) await cp(join(source, name), join(folder, path, name), { recursive: true, verbatimSymlinks: true });
    },
  };
}
