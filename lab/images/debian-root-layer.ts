import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../process/run-command.js';
import { installMissingCommands } from '../tools/debian-packages.js';
import type { LayerRecipe } from './layer-store.js';

const sources = ['etc/apt/sources.list', 'etc/apt/sources.list.d'];
const certificates = 'etc/ssl/certs/ca-certificates.crt';
const revision = 'r1';

/**
 * A whole small Debian with apt, as slim images have it. It finds packages where this machine finds them and trusts whom it trusts: for a Dockerfile
 * that is built where no registry can be reached.
 */
export const debianRootLayer: LayerRecipe = {
  name: 'debian-root',
  key: async () => JSON.stringify([revision, await readFile(`/${certificates}`, 'utf8')]),
  async build(folder) {
    await installMissingCommands({ mmdebstrap: 'mmdebstrap' });
    // A mirror may be a snapshot that is years old.
    const options = ['--aptopt=Acquire::Check-Valid-Until "false"', '--dpkgopt=path-exclude=/usr/share/man/*', '--dpkgopt=path-exclude=/usr/share/doc/*'];
    await run('mmdebstrap', ['--quiet', '--variant=apt', '--skip=cleanup/apt/lists', ...options, 'bookworm', folder], {
      hint: 'needs Debian 12 with apt sources that it can reach (apt-get update)',
    });
    for (const path of ['dev', 'var/cache/apt', 'var/lib/apt/lists']) await rm(join(folder, path), { recursive: true });
    for (const path of ['dev', 'var/cache/apt/archives/partial', 'var/lib/apt/lists/partial']) await mkdir(join(folder, path), { recursive: true });
    for (const path of sources) await cp(join('/', path), join(folder, path), { recursive: true, force: true }).catch(ignoreMissing);
    await mkdir(join(folder, 'etc/ssl/certs'), { recursive: true });
    await cp(join('/', certificates), join(folder, certificates));
    await writeFile(join(folder, 'etc/passwd'), `${await readFile(join(folder, 'etc/passwd'), 'utf8')}node:x:1000:1000::/home/node:/bin/bash\n`);
    await writeFile(join(folder, 'etc/group'), `${await readFile(join(folder, 'etc/group'), 'utf8')}node:x:1000:\n`);
  },
};

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}
