import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../process/run-command.js';
import { buildGoModule, downloadGoModule } from './go-module.js';
import type { ToolBundle } from './tool-bundle.js';

const version = '1.24.2';
const module = 'github.com/FerretDB/FerretDB';

/** A server that speaks MongoDB's protocol on SQLite. */
export const ferretdb: ToolBundle = {
  name: 'ferretdb',
  version,
  programs: { ferretdb: 'ferretdb' },
  async fetch(folder) {
    const copy = await mkdtemp(join(tmpdir(), 'rehelm-ferretdb-'));
    try {
      await copyWithVersion(copy);
      const goMod = `go 1.24.0\nrequire ${module} v${version}\nreplace ${module} => ${copy}\ntool ${module}/cmd/ferretdb\n`;
      await buildGoModule({ goMod, packages: [`${module}/cmd/ferretdb`] }, folder);
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  },
};

/** The binary panics at start without build/version/version.txt, which its release process writes and its module lacks. */
async function copyWithVersion(copy: string): Promise<void> {
  const { Dir } = await downloadGoModule(`${module}@v${version}`);
  await cp(Dir, copy, { recursive: true });
  await run('chmod', ['-R', 'u+w', copy]); // Go's module cache is read-only
  await writeFile(join(copy, 'build/version/version.txt'), `v${version}\n`);
}
