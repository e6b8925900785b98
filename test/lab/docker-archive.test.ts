import { Readable } from 'node:stream';
import { dockerArchiveEntries } from '../../lab/images/docker-archive.js';
import type { OciImage } from '../../lab/images/oci-image.js';

const layer = (name: string) => ({ digest: `sha256:${name.repeat(64)}`, size: 3 });
const image: OciImage = { name: 'postgres:17.10', layers: [layer('a'), layer('b')], config: { env: { LANG: 'C' }, command: ['postgres'], user: '999' } };

const entries = dockerArchiveEntries(image, () => Readable.from([Buffer.from('tar')]));
const json = (path: string) => JSON.parse(Buffer.from(entries.find((entry) => entry.path === path)!.content as Uint8Array).toString());

test('an image is loaded under its name, its layers lowest first', () => {
  const [{ RepoTags, Layers }] = json('manifest.json');
  expect(RepoTags).toEqual(['postgres:17.10']);
  expect(Layers).toEqual([`${'a'.repeat(64)}/layer.tar`, `${'b'.repeat(64)}/layer.tar`]);
  expect(entries.map(({ path }) => path)).toEqual(expect.arrayContaining(Layers));
});

test('its configuration is named by its hash, so that equal images are one', () => {
  const [{ Config }] = json('manifest.json');
  expect(json(Config)).toMatchObject({
    config: { Env: ['LANG=C'], Cmd: ['postgres'], User: '999' },
    rootfs: { diff_ids: image.layers.map(({ digest }) => digest) },
  });
  expect(dockerArchiveEntries(image, () => Readable.from([])).map(({ path }) => path)).toContain(Config);
});

test('no path is longer than a tar header takes', () => {
  for (const { path } of entries) expect(path.length).toBeLessThan(100);
});
