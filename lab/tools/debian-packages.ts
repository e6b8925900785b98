import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { run, succeeds } from '../process/run-command.js';
import { timed } from '../progress.js';

const hint = 'needs Debian 12 with apt sources that it can reach (apt-get update)';
const asRoot = ['-o', 'APT::Sandbox::User=root'];
let listsAreFresh = false;

/**
 * Downloads packages and unpacks them into a folder, without installing them: a daemon's package would start its daemon.
 * Dependencies are not followed.
 */
export async function unpackDebianPackages(packages: readonly string[], folder: string): Promise<void> {
  const downloads = await mkdtemp(join(tmpdir(), 'rehelm-deb-'));
  try {
    await withFreshLists(() => run('apt-get', ['download', '--quiet', ...asRoot, ...packages], { cwd: downloads, hint }));
    // not `dpkg-deb --extract`: it would put a folder in the place of a link such as /bin
    const unpack = 'dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" --keep-directory-symlink';
    for (const file of await readdir(downloads)) await run('bash', ['-o', 'pipefail', '-c', unpack, 'unpack', join(downloads, file), folder]);
  } finally {
    await rm(downloads, { recursive: true, force: true });
  }
}

/** Installs the packages of those commands that the machine lacks; for small tools without a daemon. Command → package. */
export async function installMissingCommands(commands: Readonly<Record<string, string>>): Promise<void> {
  const missing = Object.keys(commands).filter((command) => !isOnPath(command));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((command) => commands[command]!))];
  const install = ['install', '--yes', '--quiet', '--no-install-recommends', ...packages];
  await timed(`install ${packages.join(' ')}`, () => withFreshLists(() => run('apt-get', install, { env: { DEBIAN_FRONTEND: 'noninteractive' }, hint })));
}

/** Runs an apt command; if it fails, once more after `apt-get update`, for lists may be missing or old. */
export async function withFreshLists(command: () => Promise<unknown>): Promise<void> {
  if (listsAreFresh || !(await succeedsQuietly(command))) {
    if (!listsAreFresh) await succeeds('apt-get', ['update', '--quiet']); // one dead source must not stop us; the command below tells
    listsAreFresh = true;
    await command();
  }
}

async function succeedsQuietly(command: () => Promise<unknown>): Promise<boolean> {
  try {
    await command();
    return true;
  } catch {
    return false;
  }
}

function isOnPath(command: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(join(folder, command)));
}
