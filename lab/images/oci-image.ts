import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { TarEntry } from './tar-archive.js';

/** A layer in the blob store: an uncompressed tar, named by its digest. */
export interface LayerBlob {
  /** `sha256:…` */
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
}

/** How an image's container starts when the pod doesn't say. */
export interface ImageConfig {
  readonly env: Readonly<Record<string, string>>;
  /** Before whatever a pod gives as arguments. */
  readonly entrypoint?: readonly string[];
  readonly command: readonly string[];
  readonly user?: string;
  readonly workingDir?: string;
}

/** An image without its layers' bytes: what has to be known to import it. */
export interface OciImage {
  readonly name: string;
  readonly layers: readonly LayerBlob[];
  readonly config: ImageConfig;
}

interface JsonBlob extends LayerBlob {
  readonly bytes: Buffer;
}

/**
 * The entries of an OCI image layout, for `ctr images import`. Layers in `present` are left out: the node has them already and
 * finds them by digest. `openLayer` answers a layer's bytes.
 */
export function ociLayoutEntries(image: OciImage, present: ReadonlySet<string>, openLayer: (layer: LayerBlob) => Readable): readonly TarEntry[] {
  const config = jsonBlob(imageConfig(image));
  const manifest = jsonBlob(imageManifest(image, config));
  const layers = image.layers.filter((layer) => !present.has(layer.digest));
  return [
    fileEntry('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}')),
    fileEntry('index.json', Buffer.from(JSON.stringify(imageIndex(image, manifest)))),
    fileEntry(blobPath(config), config.bytes),
    fileEntry(blobPath(manifest), manifest.bytes),
    ...layers.map((layer) => ({ path: blobPath(layer), size: layer.size, content: lazily(() => openLayer(layer)) })),
  ];
}

/** The digest of the image's manifest: equal images, equal digest. */
export function imageDigest(image: OciImage): string {
  return jsonBlob(imageManifest(image, jsonBlob(imageConfig(image)))).digest;
}

/** What a container of it starts with, as registries and engines keep it. */
export function imageConfig(image: OciImage): object {
  const { env, entrypoint, command, user, workingDir } = image.config;
  const Env = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const config = {
    Env,
    ...(entrypoint === undefined ? {} : { Entrypoint: entrypoint }),
    Cmd: command,
    ...(user === undefined ? {} : { User: user }),
    ...(workingDir === undefined ? {} : { WorkingDir: workingDir }),
  };
  return { architecture: 'amd64', os: 'linux', config, rootfs: { type: 'layers', diff_ids: image.layers.map((layer) => layer.digest) } };
}

function imageManifest(image: OciImage, config: JsonBlob): object {
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const layers = image.layers.map((layer) => ({ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: layer.digest, size: layer.size }));
  return { schemaVersion: 2, mediaType, config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: config.digest, size: config.size }, layers };
}

function imageIndex(image: OciImage, manifest: JsonBlob): object {
  const annotations = { 'io.containerd.image.name': image.name, 'org.opencontainers.image.ref.name': image.name };
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  return { schemaVersion: 2, manifests: [{ mediaType, digest: manifest.digest, size: manifest.size, annotations }] };
}

function jsonBlob(value: object): JsonBlob {
  const bytes = Buffer.from(JSON.stringify(value));
  return { bytes, size: bytes.length, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
}

function blobPath(blob: LayerBlob): string {
  return `blobs/${blob.digest.replace(':', '/')}`;
}

function fileEntry(path: string, bytes: Buffer): TarEntry {
  return { path, size: bytes.length, content: bytes };
}

/** Opens a file only when its turn comes. */
export async function* lazily(open: () => Readable): AsyncGenerator<Uint8Array> {
  yield* open();
}
