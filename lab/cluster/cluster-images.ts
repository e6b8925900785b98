import { baseImages, imageRecipe } from '../images/image-catalog.js';
import { buildImage } from '../images/image-recipe.js';
import { timed } from '../progress.js';
import type { ClusterLayout, NodeLayout } from './cluster-layout.js';
import { clusterLayout } from './cluster-layout.js';
import { withClusterLock } from './cluster-lock.js';
import { type ClusterState, updateClusterState } from './cluster-state.js';
import { poweredNodes } from './node.js';
import { importImages } from './node-images.js';

/** Makes images if need be and gives them to every node that is on; one that is off gets them when it is switched on. */
export async function importEverywhere(state: ClusterState, names: readonly string[]): Promise<void> {
  const cluster = clusterLayout(state.name, state.slot);
  const nodes = poweredNodes(state);
  for (const name of names) {
    const image = await buildImage(imageRecipe(name));
    await timed(`${name} on ${nodes.map((node) => node.name).join(', ')}`, () => Promise.all(nodes.map((node) => importImages(cluster, node, [image]))));
  }
  await withClusterLock(state.name, async () => {
    updateClusterState(state.name, (old) => ({ ...old, images: [...new Set([...old.images, ...names])] }));
  });
}

/** Gives a node the images that every node of its cluster should hold. */
export async function importAllInto(cluster: ClusterLayout, node: NodeLayout, state: ClusterState): Promise<void> {
  const images = [];
  for (const name of [...baseImages, ...state.images]) images.push(await buildImage(imageRecipe(name)));
  await importImages(cluster, node, images);
}
