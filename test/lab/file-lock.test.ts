import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withFileLock } from '../../lab/process/file-lock.js';

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'file-lock-'));
  lock = join(folder, 'locks/cluster');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('two pieces of work under one lock never overlap', async () => {
  const seen: string[] = [];
  const work = (name: string) =>
    withFileLock(lock, name, async () => {
      seen.push(`${name} begins`);
      await delay(20);
      seen.push(`${name} ends`);
    });
  await Promise.all([work('a'), work('b')]);
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('a lock is given back when the work fails', async () => {
  const failing = withFileLock(lock, 'x', async () => Promise.reject(new Error('broken')));
  await expect(failing).rejects.toThrow('broken');
  expect(existsSync(lock)).toBe(false);
});

test('a lock whose holder died is taken over', async () => {
  await withFileLock(lock, 'x', async () => {
    const mine = JSON.parse(readFileSync(lock, 'utf8'));
    writeFileSync(lock, JSON.stringify({ ...mine, startTicks: mine.startTicks - 1 })); // as a crash and a reused pid leave it
    expect(await withFileLock(lock, 'x', async () => 'mine')).toBe('mine');
  });
});
