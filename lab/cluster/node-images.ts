import { createReadStream } from 'node:fs';
import { openLayer } from '../images/layer-store.js';
import { imageDigest, type OciImage, ociLayoutEntries } from '../images/oci-image.js';
import { tarArchive } from '../images/tar-archive.js';
import type { ClusterLayout, NodeLayout } from './cluster-layout.js';
import { runCtr } from './node.js';

/** Gives a node those of the images that it lacks, and of these only the layers that it lacks. Answers the names imported. */
export async function importImages(cluster: ClusterLayout, node: NodeLayout, images: readonly OciImage[]): Promise<readonly string[]> {
  const held = heldImages(await runCtr(cluster, node, ['images', 'list']));
  const missing = images.filter((image) => held.get(image.name) !== imageDigest(image));
  for (const image of missing) {
    const present = new Set((await runCtr(cluster, node, ['content', 'list', '--quiet'])).split('\n'));
    await runCtr(cluster, node, ['images', 'import', '-'], tarArchive(ociLayoutEntries(image, present, openLayer)));
  }
  return missing.map((image) => image.name);
}

/** Gives a node the images of an OCI or Docker archive. */
export async function importArchive(cluster: ClusterLayout, node: NodeLayout, file: string): Promise<void> {
  await runCtr(cluster, node, ['images', 'import', '-'], createReadStream(file));
}

/** Name → manifest digest, out of `ctr images list`: REF TYPE DIGEST …, with a heading. */
export function heldImages(listing: string): ReadonlyMap<string, string> {
  const rows = listing
    .split('\n')
    .slice(1)
    .map((line) => line.split(/\s+/));
  return new Map(rows.flatMap(([name, , digest]) => (name && digest ? [[name, digest]] : [])));
}
