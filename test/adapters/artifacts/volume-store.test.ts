import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { volumeStore } from '../../../src/adapters/artifacts/volume-store.js';
import { scratchFolder } from '../../support/scratch-folder.js';
import { storeContract } from './store.contract.js';

describe('a volume', () => {
  let root = '';
  beforeEach(() => {
    root = scratchFolder('volume');
  });

  storeContract(
    () => ({ kind: 'volume', folder: root }),
    async () => readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.unfinished')),
  );

  test('tells how much is free', async () => {
    expect(await volumeStore(root).freeBytes()).toBeGreaterThan(0);
  });

  test('what a killed writer left is no file, and goes with its folder', async () => {
    mkdirSync(join(root, 'id'));
    writeFileSync(join(root, 'id/manifest.json.1.unfinished'), '{');
    const store = volumeStore(root);
    expect(await store.list('id')).toEqual([]);
    await store.remove('id');
    expect(readdirSync(root)).toEqual([]);
  });

  test('where nobody may write or nothing is mounted, the failure has a name', async () => {
    await expect(volumeStore('/dev/full/x').freeBytes()).rejects.toEqual(expect.objectContaining({ type: 'BackupFailed' }));
    await expect(volumeStore(join(root, 'missing')).freeBytes()).rejects.toEqual(expect.objectContaining({ type: 'NotFound' }));
  });
});
