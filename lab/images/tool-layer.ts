import { ensureTool } from '../tools/index.js';
import { filesLayer } from './files-layer.js';
import type { LayerRecipe } from './layer-store.js';

/** A layer with one program of the tools' cache, in /usr/local/bin unless told; the tool is fetched when the layer is asked for. */
export function toolLayer(tool: string, path = `usr/local/bin/${tool}`): LayerRecipe {
  const layer = async () => filesLayer(tool, { [path]: { source: await ensureTool(tool), mode: 0o755 } });
  return { name: tool, key: async () => (await layer()).key(), build: async (folder) => (await layer()).build(folder) };
}
