import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createRandom } from './random.js';

/** Fills a volume's folder with files in nested folders, of 0 to 64 KiB, and writes SHA256SUMS beside them: `sha256sum -c SHA256SUMS` proves them by hand. */
export const seedFiles = async ({ directory, files }: { readonly directory: string; readonly files: number }): Promise<{ readonly files: number }> => {
  const random = createRandom([...basename(directory)].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), files));
  const sums: string[] = [];
  await rm(join(directory, 'seed'), { recursive: true, force: true });
  for (let number = 0; number < files; number++) {
    const path = join('seed', `tenant ${number % 5}`, number % 2 === 0 ? 'modules' : 'modules/größer', `module-${number}.js`);
    const content = random.bytes(number % 50 === 0 ? 0 : random.below(number % 10 === 0 ? 65_536 : 2048));
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
    sums.push(`${createHash('sha256').update(content).digest('hex')}  ${path}\n`);
  }
  await writeFile(join(directory, 'SHA256SUMS'), sums.join(''));
  return { files: files + 1 };
};
