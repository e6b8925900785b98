import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Of a file, or of all files in a folder; 0 where there is none yet. */
export async function bytesIn(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return found?.size ?? 0;
  const files = (await readdir(path, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(({ parentPath, name }) => stat(join(parentPath, name)).then(({ size }) => size)));
  return sizes.reduce((sum, size) => sum + size, 0);
}
