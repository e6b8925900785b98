import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LayerRecipe } from './layer-store.js';

/** Small things to put into an image: path → content, mode unless 0o644; links: path → target; folders: path → mode. */
export interface TextLayer {
  readonly name: string;
  readonly files?: Readonly<Record<string, { readonly content: string; readonly mode?: number }>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly folders?: Readonly<Record<string, number>>;
}

/** A layer of files whose content is told here. */
export function textLayer(layer: TextLayer): LayerRecipe {
  const { name, files = {}, links = {}, folders = {} } = layer;
  return {
    name,
    key: async () => JSON.stringify(layer),
    async build(root) {
      const parent = (path: string) => mkdir(dirname(join(root, path)), { recursive: true });
      for (const [path, mode] of Object.entries(folders)) {
        await mkdir(join(root, path), { recursive: true });
        await chmod(join(root, path), mode); // mkdir's mode is cut by the umask
      }
      for (const [path, { content, mode = 0o644 }] of Object.entries(files)) {
        await parent(path);
        await writeFile(join(root, path), content, { mode });
      }
      for (const [path, target] of Object.entries(links)) {
        await parent(path);
        await symlink(target, join(root, path));
      }
    },
  };
}
