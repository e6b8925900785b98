import { mkdir, open, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Store } from './store.js';

const itemsFolder = 'items';

/** Files on a mounted volume. */
export const createFileStore = ({ directory }: { readonly directory: string }): Store => {
  const pathOf = (id: string) => join(directory, itemsFolder, `${Buffer.from(id).toString('base64url')}.txt`);
  return {
    name: basename(directory),
    check: async () => {
      const entries = await readdir(directory, { withFileTypes: true });
      const file = entries.find((entry) => entry.isFile());
      if (file) await readFirstByte(join(directory, file.name));
    },
    count: async () => (await readdir(directory, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length,
    write: async ({ id, value }) => {
      await mkdir(join(directory, itemsFolder), { recursive: true });
      const temporary = `${pathOf(id)}.${process.pid}.tmp`; // several pods write to one volume: a reader sees a whole file or none
      await writeFile(temporary, value, { flush: true });
      await rename(temporary, pathOf(id));
    },
    has: (id) =>
      stat(pathOf(id)).then(
        () => true,
        () => false,
      ),
    close: async () => undefined,
  };
};

const readFirstByte = async (path: string): Promise<void> => {
  await using file = await open(path);
  await file.read(Buffer.alloc(1), 0, 1, 0);
};
