import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = '/sys/fs/cgroup';

export interface EngineCgroup {
  readonly folder: string;
  readonly pids: readonly number[];
}

/** The engine's folders, one in each controller that it used; of cgroup v2 the one. */
export function cgroupFolders(cgroup: string): readonly string[] {
  return [root, ...readdirSync(root).map((controller) => join(root, controller))].map((folder) => join(folder, cgroup)).filter((folder) => existsSync(folder));
}

/** Every cgroup of the engine with the processes in it. */
export function engineCgroups(cgroup: string): readonly EngineCgroup[] {
  return cgroupFolders(cgroup).flatMap(withChildren);
}

function withChildren(folder: string): readonly EngineCgroup[] {
  const pids = readFileSync(join(folder, 'cgroup.procs'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
  const children = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [{ folder, pids }, ...children.flatMap(({ name }) => withChildren(join(folder, name)))];
}
