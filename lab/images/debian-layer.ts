import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../process/run-command.js';
import { unpackDebianPackages, withFreshLists } from '../tools/debian-packages.js';
import { makeMergedFolders } from './busybox-layer.js';
import type { LayerRecipe } from './layer-store.js';

/** A layer of Debian packages and the libraries they need. */
export interface DebianLayer {
  readonly name: string;
  readonly packages: readonly string[];
  /** Beginnings of the names of dependencies to keep besides libraries, such as the modules of an interpreted program. */
  readonly families?: readonly string[];
  /** Packages of the layers below, left out here with all they need. */
  readonly below?: readonly string[];
  /** Paths that are not needed, below the root. */
  readonly omit?: readonly string[];
  /** Folders to make, owned by root: path → mode. */
  readonly folders?: Readonly<Record<string, number>>;
}

const revision = 'r3';
const neverNeeded = [
  'usr/share/doc',
  'usr/share/man',
  'usr/share/locale',
  'usr/share/lintian',
  'usr/share/bash-completion',
  'usr/share/info',
  'usr/lib/systemd',
];
const libraryNotNeeded = /^lib(llvm|perl|pam-|debconf)/;

/** No package is installed, only unpacked: no scripts run, no Perl and no account tools come along. */
export function debianLayer(layer: DebianLayer): LayerRecipe {
  return {
    name: layer.name,
    key: async () => JSON.stringify([revision, layer]),
    async build(folder) {
      await makeMergedFolders(folder);
      const below = new Set(await withDependencies(layer.below ?? [], []));
      const packages = (await withDependencies(layer.packages, layer.families ?? [])).filter((name) => !below.has(name));
      await unpackDebianPackages(packages, folder);
      for (const path of [...neverNeeded, ...(layer.omit ?? [])]) await rm(join(folder, path), { recursive: true, force: true });
      for (const [path, mode] of Object.entries(layer.folders ?? {})) {
        await mkdir(join(folder, path), { recursive: true });
        await chmod(join(folder, path), mode); // mkdir's mode is cut by the umask
      }
    },
  };
}

/** The packages with those libraries, and members of the families, that apt would bring with them on an empty machine. */
async function withDependencies(packages: readonly string[], families: readonly string[]): Promise<readonly string[]> {
  if (packages.length === 0) return [];
  const emptyMachine = await mkdtemp(join(tmpdir(), 'rehelm-apt-'));
  try {
    await writeFile(join(emptyMachine, 'status'), '');
    await mkdir(join(emptyMachine, 'archives/partial'), { recursive: true });
    const settings = [
      `Dir::State::status=${emptyMachine}/status`,
      `Dir::Cache::archives=${emptyMachine}/archives`,
      'Dir::Cache::pkgcache=',
      'Debug::NoLocking=1',
    ];
    const options = [...settings, 'Dir::Cache::srcpkgcache='].flatMap((setting) => ['-o', setting]);
    const args = ['--print-uris', '--yes', '--quiet=2', '--no-install-recommends', ...options, 'install', ...packages];
    let uris = '';
    await withFreshLists(async () => {
      uris = await run('apt-get', args);
    });
    const isKept = (name: string) => families.some((family) => name.startsWith(family)) || (name.startsWith('lib') && !libraryNotNeeded.test(name));
    return packageNames(uris).filter((name) => packages.includes(name) || isKept(name));
  } finally {
    await rm(emptyMachine, { recursive: true, force: true });
  }
}

/** Package names in apt-get's `--print-uris`: each line is 'uri' file_version_arch.deb size hash. */
export function packageNames(printedUris: string): readonly string[] {
  return [...printedUris.matchAll(/^'[^']*' ([^_\s]+)_/gm)].map((match) => match[1]!);
}
