import type { LayerRecipe } from './layer-store.js';
import { ensureLayer } from './layer-store.js';
import type { ImageConfig, OciImage } from './oci-image.js';

/** An image as its layers, lowest first. */
export interface ImageRecipe {
  readonly name: string;
  readonly layers: readonly LayerRecipe[];
  readonly config: ImageConfig;
}

/** A small image on top of another: one layer more, and another way to start. */
export function onTopOf(base: ImageRecipe, image: { readonly name: string; readonly layer: LayerRecipe; readonly config: Partial<ImageConfig> }): ImageRecipe {
  const env = { ...base.config.env, ...image.config.env };
  return { name: image.name, layers: [...base.layers, image.layer], config: { ...base.config, ...image.config, env } };
}

/** Builds the layers that the cache lacks. */
export async function buildImage(recipe: ImageRecipe): Promise<OciImage> {
  const layers = [];
  for (const layer of recipe.layers) layers.push(await ensureLayer(layer));
  return { name: qualifiedName(recipe.name), layers, config: recipe.config };
}

/** The name as containerd knows it: one without a registry's host belongs to docker.io. */
export function qualifiedName(name: string): string {
  const host = name.includes('/') ? name.slice(0, name.indexOf('/')) : '';
  if (/[.:]/.test(host)) return name;
  return name.includes('/') ? `docker.io/${name}` : `docker.io/library/${name}`;
}
