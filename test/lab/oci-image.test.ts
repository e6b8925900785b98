import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { imageDigest, type LayerBlob, type OciImage, ociLayoutEntries } from '../../lab/images/oci-image.js';
import { tarArchive } from '../../lab/images/tar-archive.js';

const bytes = { lower: Buffer.from('lower layer'), upper: Buffer.alloc(1024, 'u') };
const layerOf = (content: Buffer): LayerBlob => ({ digest: `sha256:${createHash('sha256').update(content).digest('hex')}`, size: content.length });
const [lower, upper] = [layerOf(bytes.lower), layerOf(bytes.upper)];
const image: OciImage = { name: 'lab.local/try:1', layers: [lower, upper], config: { env: { PATH: '/bin', A: 'b' }, command: ['/bin/sh', '-c'], user: '999' } };
const openLayer = (layer: LayerBlob) => Readable.from([layer.digest === lower.digest ? bytes.lower : bytes.upper]);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'oci-image-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function unpack(present: ReadonlySet<string> = new Set()): Promise<string[]> {
  const chunks = [];
  for await (const chunk of tarArchive(ociLayoutEntries(image, present, openLayer))) chunks.push(chunk);
  writeFileSync(join(folder, 'image.tar'), Buffer.concat(chunks));
  return execFileSync('tar', ['-xvf', 'image.tar'], { cwd: folder, encoding: 'utf8' }).trim().split('\n');
}

const readJson = (path: string) => JSON.parse(readFileSync(join(folder, path), 'utf8'));
const blobPath = (digest: string) => `blobs/${digest.replace(':', '/')}`;

test('an image is an OCI layout in which every digest and size is right', async () => {
  await unpack();
  expect(readJson('oci-layout')).toEqual({ imageLayoutVersion: '1.0.0' });
  const [entry] = readJson('index.json').manifests;
  expect(entry.annotations['io.containerd.image.name']).toBe('lab.local/try:1');
  expect(entry.digest).toBe(imageDigest(image));

  const manifest = readJson(blobPath(entry.digest));
  for (const blob of [entry, manifest.config, ...manifest.layers]) {
    const content = readFileSync(join(folder, blobPath(blob.digest)));
    expect(layerOf(content)).toEqual({ digest: blob.digest, size: blob.size });
  }
  const config = readJson(blobPath(manifest.config.digest));
  expect(config.config).toEqual({ Env: ['PATH=/bin', 'A=b'], Cmd: ['/bin/sh', '-c'], User: '999' });
  expect(config.rootfs.diff_ids).toEqual([lower.digest, upper.digest]);
});

test('a layer that the node has already is not sent again', async () => {
  const files = await unpack(new Set([lower.digest]));
  expect(files).not.toContain(blobPath(lower.digest));
  expect(files).toContain(blobPath(upper.digest));
});

test('the digest of an image follows its layers and its command, not the time', () => {
  expect(imageDigest(structuredClone(image))).toBe(imageDigest(image));
  expect(imageDigest({ ...image, layers: [upper] })).not.toBe(imageDigest(image));
  expect(imageDigest({ ...image, config: { ...image.config, command: ['sh'] } })).not.toBe(imageDigest(image));
});

test('a path that does not fit a tar header is refused, not cut', async () => {
  const archive = tarArchive([{ path: 'x'.repeat(101), size: 0, content: Buffer.alloc(0) }]);
  await expect(archive.next()).rejects.toThrow(RangeError);
});
