import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ArtifactStore } from '../../../src/adapters/artifacts/artifact-store.js';
import { openStore } from '../../../src/adapters/artifacts/open-store.js';
import type { BackupPlace } from '../../../src/model/backup.js';
import { scratchFolder } from '../../support/scratch-folder.js';
import { startWorker } from '../worker-process.js';

const never = new AbortController().signal;
const failing = (type: string) => expect.objectContaining({ type });

async function* chunks(...parts: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* parts;
}

export async function textOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const read: Uint8Array[] = [];
  for await (const chunk of content) read.push(chunk);
  return Buffer.concat(read).toString();
}

/** A process that writes these files and comes to no end. */
const startWriter = (place: BackupPlace, paths: readonly string[]) =>
  startWorker(`
    import { randomBytes } from 'node:crypto';
    import { setTimeout as sleep } from 'node:timers/promises';
    import { openStore } from './src/adapters/artifacts/open-store.js';
    const store = openStore(${JSON.stringify(place)});
    async function* endless() {
      for (;;) {
        yield randomBytes(4 * 1024 ** 2);
        await sleep(50);
      }
    }
    for (const path of ${JSON.stringify(paths)}) void store.write(path, endless(), { signal: new AbortController().signal, expectedBytes: 0 });
  `);

/** What holds for every store; `invisible`: what writes that came to no end left behind. */
export function storeContract(place: () => BackupPlace, invisible: () => Promise<readonly string[]>): void {
  const open = () => openStore(place());
  const write = (store: ArtifactStore, path: string, text: string) =>
    store.write(path, chunks(Buffer.from(text)), { signal: never, expectedBytes: text.length });

  test('a file is read as it was written, and replaced by who writes it again', async () => {
    const store = open();
    expect(await write(store, 'a/one', 'first')).toBe(5);
    await write(store, 'a/one', 'second, and longer');
    expect(await textOf(await store.read('a/one'))).toBe('second, and longer');
    expect(await store.stat('a/one')).toEqual({ path: 'a/one', bytes: 18 });
  });

  test('a file of many parts is whole', async () => {
    const store = open();
    const parts = Array.from({ length: 5 }, () => randomBytes(5 * 1024 ** 2));
    expect(await store.write('big', chunks(...parts), { signal: never, expectedBytes: 0 })).toBe(25 * 1024 ** 2);
    const read: Uint8Array[] = [];
    for await (const chunk of await store.read('big')) read.push(chunk);
    expect(Buffer.concat(read).equals(Buffer.concat(parts))).toBe(true);
  }, 30_000);

  test('an empty file is one', async () => {
    const store = open();
    expect(await store.write('empty', chunks(), { signal: never, expectedBytes: 0 })).toBe(0);
    expect(await store.stat('empty')).toEqual({ path: 'empty', bytes: 0 });
  });

  test('a write that fails leaves nothing to be seen, nor what was there changed', async () => {
    const store = open();
    await write(store, 'a/one', 'first');
    const broken = async function* () {
      yield randomBytes(12 * 1024 ** 2);
      throw new RangeError('the dump broke off');
    };
    await expect(store.write('a/one', broken(), { signal: never, expectedBytes: 0 })).rejects.toThrow('the dump broke off');
    await expect(store.write('a/two', broken(), { signal: never, expectedBytes: 0 })).rejects.toThrow();
    expect(await store.list('')).toEqual([{ path: 'a/one', bytes: 5 }]);
    expect(await textOf(await store.read('a/one'))).toBe('first');
    expect(await invisible()).toEqual([]);
  }, 30_000);

  test('a write that is stopped leaves nothing', async () => {
    const store = open();
    const stop = new AbortController();
    const endless = async function* () {
      for (;;) {
        yield randomBytes(4 * 1024 ** 2);
        stop.abort();
      }
    };
    await expect(store.write('endless', endless(), { signal: stop.signal, expectedBytes: 0 })).rejects.toThrow();
    expect(await store.list('')).toEqual([]);
    expect(await invisible()).toEqual([]);
  }, 30_000);

  test('what a killed writer began is no file, is told, and goes with its folder and no other', async () => {
    const store = open();
    await write(store, 'id/pod-1/0/toc.dat', 'PGDMP');
    const writer = await startWriter(place(), ['id/pod-1/0/big', 'id/pod-10/0/big', 'id/pod-2', 'id/pod-2.x']);
    while ((await invisible()).length < 4) await sleep(50);
    const ended = new Promise((resolve) => writer.once('exit', resolve));
    writer.kill('SIGKILL');
    await ended;

    expect(await store.list('')).toEqual([{ path: 'id/pod-1/0/toc.dat', bytes: 5 }]);
    expect(await store.unfinished('id')).toEqual(['id/pod-1/0/big', 'id/pod-10/0/big', 'id/pod-2', 'id/pod-2.x']);
    expect(await store.unfinished('id/pod-1')).toEqual(['id/pod-1/0/big']);
    expect(await store.unfinished('nowhere')).toEqual([]);
    await store.remove('id/pod-1');
    expect(await store.unfinished('')).toEqual(['id/pod-10/0/big', 'id/pod-2', 'id/pod-2.x']);
    await store.remove('id/pod-2');
    expect(await store.unfinished('')).toEqual(['id/pod-10/0/big', 'id/pod-2.x']);
    await store.remove('id');
    await store.remove('id');
    expect([await invisible(), await store.list('')]).toEqual([[], []]);
  }, 60_000);

  test('a local file is moved in', async () => {
    const store = open();
    const file = join(scratchFolder('staged'), 'toc.dat');
    writeFileSync(file, 'PGDMP');
    await store.take('id/db/toc.dat', file, never);
    expect(existsSync(file)).toBe(false);
    expect(await textOf(await store.read('id/db/toc.dat'))).toBe('PGDMP');
  });

  test('of several who write one file once, one wins and its content stays', async () => {
    const store = open();
    expect(await store.writeOnce('id/manifest.json', Buffer.from('first'))).toBe(true);
    expect(await store.writeOnce('id/manifest.json', Buffer.from('second'))).toBe(false);
    const won = await Promise.all(Array.from({ length: 6 }, (_, each) => store.writeOnce('id/raced.json', Buffer.from(`${each}`))));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect([await textOf(await store.read('id/manifest.json')), await textOf(await store.read('id/raced.json'))]).toEqual(['first', `${won.indexOf(true)}`]);
  });

  test('lists and removes a folder with all that is under it, and no neighbour of a similar name', async () => {
    const store = open();
    for (const path of ['id/b/2', 'id/a/1', 'id/a/12', 'id2/a/1', 'id/a.x']) await write(store, path, path);
    expect((await store.list('id')).map(({ path }) => path)).toEqual(['id/a.x', 'id/a/1', 'id/a/12', 'id/b/2']);
    await store.remove('id/a');
    expect((await store.list('')).map(({ path }) => path)).toEqual(['id/a.x', 'id/b/2', 'id2/a/1']);
    await store.remove('id/b/2');
    await store.remove('id');
    await store.remove('id');
    expect((await store.list('')).map(({ path }) => path)).toEqual(['id2/a/1']);
    expect(await store.list('nowhere')).toEqual([]);
  });

  test('what is not there is said by name', async () => {
    const store = open();
    expect(await store.stat('gone')).toBeUndefined();
    await expect(store.read('gone').then(textOf)).rejects.toEqual(failing('NotFound'));
  });

  test('no path leads out of it', async () => {
    for (const path of ['../x', 'a/../../x', '/etc/passwd', 'a//b', 'a/./b']) {
      await expect(write(open(), path, 'x')).rejects.toEqual(failing('Invalid'));
    }
  });
}
