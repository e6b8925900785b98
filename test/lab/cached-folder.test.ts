import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { cachedFolder } from '../../lab/tools/cached-folder.js';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'cached-folder-'));
  process.env['REHELM_CACHE'] = cache;
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  jest.restoreAllMocks();
  delete process.env['REHELM_CACHE'];
  rmSync(cache, { recursive: true });
});

const fillWith = (content: string) => async (folder: string) => writeFileSync(join(folder, 'program'), content);

test('a folder is filled once, also when two ask for it at the same time', async () => {
  const fill = jest.fn(fillWith('v1'));
  const folders = await Promise.all([cachedFolder('tools/x/1', 'x', fill), cachedFolder('tools/x/1', 'x', fill)]);
  expect(await cachedFolder('tools/x/1', 'x', fill)).toBe(folders[0]);
  expect(fill).toHaveBeenCalledTimes(1);
  expect(readFileSync(join(cache, 'tools/x/1/program'), 'utf8')).toBe('v1');
});

test('nothing is left of a folder that could not be filled, and the next one to ask fills it', async () => {
  const failing = async (folder: string) => {
    writeFileSync(join(folder, 'half'), '');
    throw new Error('no network');
  };
  await expect(cachedFolder('tools/x/1', 'x', failing)).rejects.toThrow('no network');
  expect(readdirSync(join(cache, 'tools/x'))).toEqual([]);
  const folder = await cachedFolder('tools/x/1', 'x', fillWith('v1'));
  expect(readdirSync(folder)).toEqual(['program']);
});

test('what a killed run left half done is not used', async () => {
  mkdirSync(join(cache, 'tools/x/1.partial'), { recursive: true });
  writeFileSync(join(cache, 'tools/x/1.partial/half'), '');
  const folder = await cachedFolder('tools/x/1', 'x', fillWith('v1'));
  expect(existsSync(join(folder, 'half'))).toBe(false);
});
