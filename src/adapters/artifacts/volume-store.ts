import { createReadStream, createWriteStream } from 'node:fs';
import { link, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isFailure } from '../../errors.js';
import type { ArtifactStore, StoredFile } from './artifact-store.js';
import { asFailures, hasCode, streamAsFailures } from './errors.js';
import { safePath } from './safe-path.js';

/** What is still written has this ending behind a name of its own, and counts as nothing. */
const unfinished = '.unfinished';
const endingOfUnfinished = /\.[^./]+\.unfinished$/;

async function syncFile(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Of a folder that is not there. */
const orNone = <T>(found: Promise<readonly T[]>): Promise<readonly T[]> =>
  found.catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  });

/** A name is on the disk once its folder is. */
async function publish(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFile(dirname(to));
}

/** Files in a folder, of a volume as a rule: written beside, put on the disk, and only then given their name. */
export function volumeStore(root: string): ArtifactStore {
  const at = (path: string) => join(root, safePath(path));
  const doing = <T>(what: string, path: string, act: () => Promise<T>) => asFailures(`${what} ${path || 'everything'} in ${root}`, act);

  async function writeBeside(
    path: string,
    content: AsyncIterable<Uint8Array>,
    signal?: AbortSignal,
  ): Promise<{ readonly file: string; readonly bytes: number }> {
    const file = `${at(path)}.${crypto.randomUUID()}${unfinished}`;
    await mkdir(dirname(file), { recursive: true });
    try {
      const out = createWriteStream(file, { flush: true });
      await pipeline(Readable.from(content, { objectMode: false }), out, { ...(signal && { signal }) });
      return { file, bytes: out.bytesWritten };
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  }

  const pathOf = (file: string) => relative(root, file).split(sep).join('/');
  async function filesUnder(folder: string): Promise<readonly string[]> {
    const found = await orNone(readdir(at(folder), { recursive: true, withFileTypes: true }));
    return found.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  }

  const store: ArtifactStore = {
    name: root,

    write: (path, content, { signal }) =>
      doing('writing', path, async () => {
        const { file, bytes } = await writeBeside(path, content, signal);
        await publish(file, at(path));
        return bytes;
      }),

    take: (path, file, signal) =>
      doing('writing', path, async () => {
        try {
          await mkdir(dirname(at(path)), { recursive: true });
          await syncFile(file);
          await publish(file, at(path));
        } catch (error) {
          if (!hasCode(error, 'EXDEV')) throw error;
          await store.write(path, createReadStream(file), { signal, expectedBytes: 0 });
          await rm(file);
        }
      }),

    writeOnce: (path, content) =>
      doing('writing', path, async () => {
        const { file } = await writeBeside(path, Readable.from([content]));
        try {
          await link(file, at(path));
          await syncFile(dirname(at(path)));
          return true;
        } catch (error) {
          if (!hasCode(error, 'EEXIST')) throw error;
          return false;
        } finally {
          await rm(file, { force: true });
        }
      }),

    read: (path) =>
      doing('reading', path, async () => {
        const handle = await open(at(path));
        return streamAsFailures(`reading ${path} in ${root}`, handle.createReadStream());
      }),

    local: at,

    stat: async (path) => {
      try {
        return await doing('looking at', path, async () => ({ path, bytes: (await stat(at(path))).size }));
      } catch (error) {
        if (isFailure(error, 'NotFound')) return undefined;
        throw error;
      }
    },

    list: (folder) =>
      doing('listing', folder, async () => {
        const files = (await filesUnder(folder)).filter((file) => !file.endsWith(unfinished));
        const listed = files.map(async (file): Promise<StoredFile> => ({ path: pathOf(file), bytes: (await stat(file)).size }));
        return (await Promise.all(listed)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
      }),

    unfinished: (folder) =>
      doing('listing', folder, async () => {
        const files = (await filesUnder(folder)).filter((file) => file.endsWith(unfinished));
        return [...new Set(files.map((file) => pathOf(file.replace(endingOfUnfinished, ''))))].toSorted();
      }),

    remove: (path) =>
      doing('removing', path, async () => {
        const own = at(path);
        const beside = (await orNone(readdir(dirname(own)))).map((name) => join(dirname(own), name));
        const begun = beside.filter((file) => file !== own && file.replace(endingOfUnfinished, '') === own);
        for (const file of [own, ...begun]) await rm(file, { recursive: true, force: true });
      }),

    freeBytes: () =>
      doing('looking for space', '', async () => {
        const { bavail, bsize } = await statfs(root);
        return bavail * bsize;
      }),
  };
  return store;
}
