import { existsSync, readFileSync } from 'node:fs';
import { cgroupFolders, engineCgroups } from '../../../lab/engine/engine-cgroups.js';
import { engineLayout } from '../../../lab/engine/engine-layout.js';
import { engineLinks } from '../../../lab/engine/engine-links.js';
import type { Engine } from '../../../lab/engine/start-engine.js';
import { findMarkedProcesses } from '../../../lab/process/marked-processes.js';

/** What is there of a stack and its engine; nothing once they are gone. */
export interface LeftBehind {
  readonly containers: number;
  readonly networks: number;
  readonly volumes: number;
  readonly processes: number;
  readonly links: number;
  readonly mounts: number;
  readonly cgroups: number;
  readonly files: number;
  readonly firewallRules: number;
}

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');

/** Of the stack, as the engine tells; asked before the engine ends. */
export async function leftOfStack({ docker }: Engine): Promise<Pick<LeftBehind, 'containers' | 'networks' | 'volumes'>> {
  const project = ['--filter', 'label=com.docker.compose.project=rehelm', '--quiet'];
  return {
    containers: lines(await docker(['ps', '--all', '--quiet'])).length,
    networks: lines(await docker(['network', 'ls', ...project])).length,
    volumes: lines(await docker(['volume', 'ls', '--quiet'])).length,
  };
}

/** Of the engine, as the machine tells. `links` are those that it was seen to have, `firewall` what its rules were before. */
export async function leftOfEngine(name: string, links: readonly string[], rules: number): Promise<Omit<LeftBehind, 'containers' | 'networks' | 'volumes'>> {
  const { folder, cgroup, marker, bridge } = engineLayout(name);
  const all = [...new Set([...links, ...(await engineLinks(bridge))])];
  return {
    processes: findMarkedProcesses(marker).length + engineCgroups(cgroup).flatMap(({ pids }) => pids).length,
    links: all.filter((link) => existsSync(`/sys/class/net/${link}`)).length,
    mounts: lines(readFileSync('/proc/self/mounts', 'utf8')).filter((line) => line.split(' ')[1]?.startsWith(`${folder}/`)).length,
    cgroups: cgroupFolders(cgroup).length,
    files: existsSync(folder) ? 1 : 0,
    firewallRules: rules,
  };
}
