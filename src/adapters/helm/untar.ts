import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { failure } from '../../errors.js';

const block = 512;
const text = (header: Buffer, at: number, length: number) =>
  header
    .subarray(at, at + length)
    .toString()
    .split('\0')[0]!;

interface Packed {
  readonly path: string;
  readonly content: Buffer;
}

interface Member {
  /** `0`: a regular file; `x`: more about the next one. */
  readonly kind: string;
  readonly path: string;
  readonly content: Buffer;
  /** Where the next one begins. */
  readonly next: number;
}

function memberAt(tar: Buffer, at: number): Member {
  const header = tar.subarray(at, at + block);
  const size = Number.parseInt(text(header, 124, 12).trim() || '0', 8);
  const prefix = text(header, 345, 155);
  return {
    kind: text(header, 156, 1) || '0',
    path: (prefix === '' ? '' : `${prefix}/`) + text(header, 0, 100),
    content: tar.subarray(at + block, at + block + size),
    next: at + block + Math.ceil(size / block) * block,
  };
}

/** Regular files of a chart's package: gzip around ustar, long names in pax headers. */
function filesIn(archive: Buffer): readonly Packed[] {
  const tar = gunzipSync(archive);
  const files: Packed[] = [];
  let longName: string | undefined;
  let at = 0;
  while (at + block <= tar.length && tar[at] !== 0) {
    const { kind, path, content, next } = memberAt(tar, at);
    if (kind === '0') files.push({ path: longName ?? path, content });
    longName = kind === 'x' ? /\d+ path=(.*)\n/.exec(content.toString())?.[1] : undefined;
    at = next;
  }
  return files;
}

/** Writes the files of a chart's package below the folder, without the package's own first folder. HelmFailed for a path that leads out of it. */
export async function untar(archive: Buffer, folder: string): Promise<void> {
  for (const { path, content } of filesIn(archive)) {
    const parts = path.split('/').slice(1);
    if (parts.length === 0) continue;
    if (parts.includes('..') || path.startsWith('/')) throw failure('HelmFailed', `the package holds ${path}, which leads out of it`);
    const to = join(folder, ...parts);
    await mkdir(dirname(to), { recursive: true });
    await writeFile(to, content);
  }
}
