import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiKey } from '../../src/adapters/cluster-key/api-key.js';
import { createFakeCluster } from '../support/fake-cluster/fake-cluster.js';

test('all replicas have one key, also those that start at the same time and those that start later', async () => {
  const cluster = createFakeCluster();
  const keys = await Promise.all(Array.from({ length: 5 }, () => apiKey({}, async () => cluster)()));
  const later = await apiKey({}, async () => cluster)();
  expect(later.byteLength).toBe(32);
  for (const key of keys) expect(key.equals(later)).toBe(true);
  expect((await apiKey({}, async () => createFakeCluster())()).equals(later)).toBe(false);
});

test('while the cluster is away there is no key, and when it is back there is', async () => {
  const cluster = createFakeCluster();
  let away = true;
  const key = apiKey({}, async () => {
    if (away) throw new Error('away');
    return cluster;
  });
  await expect(key()).rejects.toThrow('away');
  away = false;
  expect((await key()).byteLength).toBe(32);
});

test('a file has the key where one is named, and is refused where it is too short to be one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rehelm-key-'));
  const file = join(folder, 'key');
  const key = () =>
    apiKey({ REHELM_API_KEY_FILE: file }, () => {
      throw new Error('no cluster is needed');
    })();
  await writeFile(file, 'short');
  await expect(key()).rejects.toThrow(/fewer than 32 bytes/);
  await writeFile(file, 'k'.repeat(40));
  expect((await key()).toString()).toBe('k'.repeat(40));
  await rm(folder, { recursive: true });
});
