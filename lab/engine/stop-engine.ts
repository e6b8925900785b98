import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcess } from '../process/end-process.js';
import { findMarkedProcesses } from '../process/marked-processes.js';
import { recordProcess } from '../process/process-record.js';
import { run } from '../process/run-command.js';
import { cgroupFolders, engineCgroups } from './engine-cgroups.js';
import { engineLayout } from './engine-layout.js';
import { engineLinks } from './engine-links.js';

/** Ends an engine with its containers and removes all it made: mounts, links, cgroups, files. Safe to repeat, and after a kill. */
export async function stopEngine(name: string): Promise<void> {
  const engine = engineLayout(name);
  // Containers first: a daemon that ends would wait for each.
  for (const pid of containerProcesses(engine.cgroup)) {
    const record = recordProcess(pid);
    if (record) await endProcess(record, 0);
  }
  for (const record of findMarkedProcesses(engine.marker)) await endProcess(record, 15);
  for (const mount of mountsBelow(engine.folder)) await run('umount', ['-l', mount]);
  for (const link of await engineLinks(engine.bridge)) if (existsSync(`/sys/class/net/${link}`)) await run('ip', ['link', 'del', link]);
  for (const folder of cgroupFolders(engine.cgroup)) removeDeep(folder);
  await rm(engine.folder, { recursive: true, force: true });
}

const containerProcesses = (cgroup: string): readonly number[] => engineCgroups(cgroup).flatMap(({ pids }) => pids);

/** Deepest first. */
function mountsBelow(folder: string): readonly string[] {
  const mounts = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[1] ?? []);
  return mounts.filter((mount) => mount.startsWith(`${folder}/`)).sort((left, right) => right.length - left.length);
}

/** A cgroup's own files cannot be removed; they go with it. */
function removeDeep(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) if (entry.isDirectory()) removeDeep(join(folder, entry.name));
  rmdirSync(folder);
}
