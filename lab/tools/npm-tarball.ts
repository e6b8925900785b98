import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabError } from '../lab-error.js';
import { run } from '../process/run-command.js';

/** Downloads a package with npm and unpacks it into `folder`; no install script is run. `spec` is name@version. */
export async function unpackNpmTarball(spec: string, folder: string): Promise<void> {
  const downloads = await mkdtemp(join(tmpdir(), 'rehelm-npm-'));
  try {
    const hint = 'needs npm, of any version, and a registry that it can reach (npm ping)';
    await run('npm', ['pack', '--silent', '--pack-destination', downloads, spec], { hint, cwd: downloads });
    const tarball = (await readdir(downloads)).find((name) => name.endsWith('.tgz'));
    if (tarball === undefined) throw new LabError(`npm brought no tarball for ${spec}`);
    await run('tar', ['-xzf', join(downloads, tarball), '-C', folder, '--strip-components=1', '--no-same-owner']);
  } finally {
    await rm(downloads, { recursive: true, force: true });
  }
}
