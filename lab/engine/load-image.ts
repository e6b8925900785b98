import { dockerArchiveEntries } from '../images/docker-archive.js';
import { buildImage, type ImageRecipe } from '../images/image-recipe.js';
import { openLayer } from '../images/layer-store.js';
import { tarArchive } from '../images/tar-archive.js';
import type { Engine } from './start-engine.js';

/** Gives an engine an image, under the name that it has in public. */
export async function loadImage(engine: Engine, recipe: ImageRecipe): Promise<void> {
  const image = { ...(await buildImage(recipe)), name: recipe.name };
  await engine.docker(['load', '--quiet'], tarArchive(dockerArchiveEntries(image, openLayer)));
}
