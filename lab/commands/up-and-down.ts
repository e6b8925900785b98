import { join } from 'node:path';
import type { Command } from 'commander';
import { bringUp, hostParts } from '../cluster/bring-up.js';
import { withClusterLock } from '../cluster/cluster-lock.js';
import { liveProcess } from '../cluster/cluster-processes.js';
import { type ClusterState, createClusterState, listClusters, readClusterState } from '../cluster/cluster-state.js';
import { poweredNodes } from '../cluster/node.js';
import { takeDown } from '../cluster/take-down.js';
import { LabError } from '../lab-error.js';
import { stateRoot } from '../paths.js';
import { withFileLock } from '../process/file-lock.js';
import { interruptedBy, shieldFromInterruption } from '../process/interruption.js';
import { say, secondsSince, timed } from '../progress.js';
import { nameOption } from './options.js';
import { printStatus } from './status.js';

/** `lab up` and `lab down`. */
export function addUpAndDown(program: Command): void {
  program
    .command('up')
    .description('start a cluster, or what is dead of it')
    .addOption(nameOption())
    .option('--nodes <count>', 'how many nodes', '3')
    .action((options: { name: string; nodes: string }) => up(options.name, Number(options.nodes)));
  program
    .command('down')
    .description('end a cluster and remove all it left, its volumes included')
    .addOption(nameOption())
    .option('--all', 'every cluster of this machine')
    .action((options: { name: string; all?: true }) => downAll(options.all ? listClusters().map((cluster) => cluster.name) : [options.name]));
}

async function up(name: string, nodeCount: number): Promise<void> {
  if (!Number.isInteger(nodeCount) || nodeCount < 1 || nodeCount > 9) throw new LabError(`--nodes ${nodeCount}`, 'one to nine');
  requireRoot();
  const start = performance.now();
  await withClusterLock(name, async () => {
    const existing = readClusterState(name);
    if (existing !== undefined && isWhole(existing)) return say(`${name} is up already`);
    const state = existing ?? (await withFileLock(join(stateRoot(), '.locks/slots'), 'a new cluster', async () => createClusterState(name, nodeCount)));
    if (existing !== undefined) say(`${name} is there but not whole: starting what is dead`);
    await bringUpOrUndo(state, existing === undefined);
    say(`${name} is up after ${secondsSince(start)} s`);
  });
  await printStatus(name);
}

async function bringUpOrUndo(state: ClusterState, isNew: boolean): Promise<void> {
  try {
    await bringUp(state);
  } catch (error) {
    // what was up before is left for the next `up` to repair
    if (isNew && interruptedBy() !== undefined) {
      shieldFromInterruption();
      await timed('clean up after the interruption', async () => takeDown(readClusterState(state.name) ?? state));
    } else say(`the rest of ${state.name} still runs, for a look at it: bin/lab up tries again, bin/lab down removes it (--name ${state.name})`);
    throw error;
  }
}

async function downAll(names: readonly string[]): Promise<void> {
  requireRoot();
  shieldFromInterruption(); // takes a second, and half of it helps nobody
  for (const name of names) await down(name);
}

async function down(name: string): Promise<void> {
  await withClusterLock(name, async () => {
    const state = readClusterState(name);
    if (state === undefined) return say(`${name} is not up`);
    await timed(`${name} is down`, () => takeDown(state));
  });
}

/** Every recorded process lives, and every node that should be on. */
function isWhole(state: ClusterState): boolean {
  return [...hostParts, ...poweredNodes(state).map((node) => node.name)].every((part) => liveProcess(state.name, part) !== undefined);
}

function requireRoot(): void {
  if (process.getuid?.() !== 0) throw new LabError('the lab makes network namespaces and cgroups, for which it needs root', 'run it as root, or with sudo');
}
