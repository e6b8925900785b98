import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createSetHash, type SetFingerprint } from './fingerprint.js';

/** Paths and contents of all files below a folder. Owners, modes and times are not part of it: a volume that is bound anew keeps them or not by its driver. */
export const fingerprintFiles = async (directory: string): Promise<SetFingerprint> => {
  const hash = createSetHash();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const content = createHash('sha256');
    await pipeline(createReadStream(path), content);
    hash.add(`${relative(directory, path)}\n${content.digest('hex')}`);
  }
  return hash.result();
};
