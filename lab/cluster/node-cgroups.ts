import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../process/wait-until.js';
import type { NodeLayout } from './cluster-layout.js';

const mountPoint = '/sys/fs/cgroup';
/** Of 1: a node's pods together weigh as much against one process of the machine as if the node were a machine of its own. What a kubelet starts must not starve what a pod measures. */
const weight = 10;
const controllersV1 = ['cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids', 'hugetlb', 'systemd', 'unified'];

/** One folder per node in each controller (cgroup v1) or in the one hierarchy (v2), below which its pods' folders go. Safe to repeat. */
export function ensureNodeCgroups(node: NodeLayout): void {
  for (const folder of nodeFolders(node)) mkdirSync(folder, { recursive: true });
  if (isUnified()) for (const folder of [mountPoint, ...nodeFolders(node)]) passControllersOn(folder);
  for (const folder of nodeFolders(node)) giveWeight(folder);
  const cpuset = join(mountPoint, 'cpuset', node.cgroup);
  if (!existsSync(cpuset)) return;
  // a new cpuset is empty, and nothing can run in it
  for (const file of ['cpuset.cpus', 'cpuset.mems']) writeFileSync(join(cpuset, file), readFileSync(join(mountPoint, 'cpuset', file)));
}

/** Removes the folders with all below them; the node's processes are dead, the kernel may need a moment to see it. Safe to repeat. */
export async function removeNodeCgroups(node: NodeLayout): Promise<void> {
  const wait = { what: `the cgroups of ${node.name} are empty`, timeoutSeconds: 30, hint: `look for processes in ${nodeFolders(node)[0]}/cgroup.procs` };
  await waitUntil(wait, () => nodeFolders(node).every(removeTree));
}

/** cpu.weight is of v2, cpu.shares of v1; 100 and 1024 are what everything has. */
function giveWeight(folder: string): void {
  const [v2, v1] = [join(folder, 'cpu.weight'), join(folder, 'cpu.shares')];
  if (existsSync(v2)) writeFileSync(v2, String(100 * weight));
  if (existsSync(v1)) writeFileSync(v1, String(1024 * weight));
}

/** cgroup v2 alone, as Debian 12 with systemd boots. Written after the manual; the lab was only ever run on v1. */
function isUnified(): boolean {
  return existsSync(join(mountPoint, 'cgroup.controllers'));
}

/** In v2 a folder's children have the controllers that it passes on. */
function passControllersOn(folder: string): void {
  const available = readFileSync(join(folder, 'cgroup.controllers'), 'utf8').trim().split(' ');
  const wanted = available.filter((controller) => ['cpu', 'cpuset', 'io', 'memory', 'pids', 'hugetlb'].includes(controller));
  writeFileSync(join(folder, 'cgroup.subtree_control'), wanted.map((controller) => `+${controller}`).join(' '));
}

function nodeFolders(node: NodeLayout): readonly string[] {
  if (isUnified()) return [join(mountPoint, node.cgroup)];
  return controllersV1.filter((controller) => existsSync(join(mountPoint, controller))).map((controller) => join(mountPoint, controller, node.cgroup));
}

/** Cgroup folders are removed one by one, deepest first: their files cannot be unlinked. */
function removeTree(folder: string): boolean {
  if (!existsSync(folder)) return true;
  const children = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  if (!children.map((entry) => removeTree(join(folder, entry.name))).every(Boolean)) return false;
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return false; // busy
  }
}
