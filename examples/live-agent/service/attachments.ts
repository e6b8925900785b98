import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type pg from 'pg';

/** One in 97 files of the seed is empty. */
const seedLines = (number: number): number => (number * 31) % 97;

/** Path and content of an attachment of the seed; seed/rows.sql makes the same of its number, with length and md5. */
export function seededFile(seed: number, number: number): { readonly path: string; readonly content: string } {
  const digest = createHash('md5').update(`attachment ${seed} ${number}`).digest('hex');
  return { path: `conversations/${number % 20}/${digest.slice(0, 8)}-${number}.txt`, content: `${digest}\n`.repeat(seedLines(number)) };
}

export async function seedFiles(folder: string, seed: number, files: number): Promise<void> {
  for (let number = 1; number <= files; number++) {
    const { path, content } = seededFile(seed, number);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** What the database says of an attachment, and whether the file is that. */
export async function attachmentById(pool: pg.Pool, folder: string, id: string): Promise<object | undefined> {
  const { rows } = await pool.query('SELECT id, path, bytes, checksum FROM attachments WHERE id = $1', [id]);
  if (rows.length === 0) return undefined;
  const content = await readFile(join(folder, rows[0].path)).catch(() => undefined);
  const isIntact = content !== undefined && content.length === rows[0].bytes && createHash('md5').update(content).digest('hex') === rows[0].checksum;
  return { ...rows[0], intact: isIntact };
}

/** A look into the volume: an empty one is fine, one that is not there is not. */
export const checkFiles = async (folder: string): Promise<void> => void (await readdir(folder));
