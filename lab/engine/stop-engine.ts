import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcess } from '../process/end-process.js';
import { findMarkedProcesses } from '../process/marked-processes.js';
import { type ProcessRecord, recordProcess } from '../process/process-record.js';
import { run } from '../process/run-command.js';
import { cgroupFolders, engineCgroups } from './engine-cgroups.js';
import { type EngineLayout, engineLayout } from './engine-layout.js';
import { engineLinks } from './engine-links.js';

/** Ends an engine with its containers and removes all it made: mounts, links, cgroups, files. Safe to repeat, and after a kill. */
export async function stopEngine(name: string): Promise<void> {
  const engine = engineLayout(name);
  // The daemons first: they would start containers again. Nothing of theirs is kept, so none is given time.
  for (let living = livingProcesses(engine); living.length > 0; living = livingProcesses(engine)) {
    for (const record of living) await endProcess(record, 0);
  }
  for (const mount of mountsBelow(engine.folder)) await run('umount', ['-l', mount]);
  for (const link of await engineLinks(engine.bridge)) if (existsSync(`/sys/class/net/${link}`)) await run('ip', ['link', 'del', link]);
  for (const folder of cgroupFolders(engine.cgroup)) removeDeep(folder);
  await rm(engine.folder, { recursive: true, force: true });
}

function livingProcesses({ marker, cgroup }: EngineLayout): readonly ProcessRecord[] {
  const inContainers = engineCgroups(cgroup).flatMap(({ pids }) => pids);
  return [...findMarkedProcesses(marker), ...inContainers.flatMap((pid) => recordProcess(pid) ?? [])];
}

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
