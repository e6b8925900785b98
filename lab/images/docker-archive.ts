import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { imageConfig, type LayerBlob, lazily, type OciImage } from './oci-image.js';
import type { TarEntry } from './tar-archive.js';

/** The entries of an archive as `docker load` takes it: Docker knows OCI's layout from version 25 on. */
export function dockerArchiveEntries(image: OciImage, openLayer: (layer: LayerBlob) => Readable): readonly TarEntry[] {
  const config = Buffer.from(JSON.stringify(imageConfig(image)));
  const configPath = `${createHash('sha256').update(config).digest('hex')}.json`;
  const layers = image.layers.map((layer) => ({ layer, path: `${layer.digest.replace('sha256:', '')}/layer.tar` }));
  const manifest = Buffer.from(JSON.stringify([{ Config: configPath, RepoTags: [image.name], Layers: layers.map(({ path }) => path) }]));
  return [
    { path: 'manifest.json', size: manifest.length, content: manifest },
    { path: configPath, size: config.length, content: config },
    ...layers.map(({ layer, path }) => ({ path, size: layer.size, content: lazily(() => openLayer(layer)) })),
  ];
}
