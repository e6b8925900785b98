import { readFileSync, rmdirSync } from 'node:fs';
import { run } from '../process/run-command.js';
import { type ClusterLayout, clusterLayout } from './cluster-layout.js';
import { endClusterProcess, endUnrecordedProcesses } from './cluster-processes.js';
import { type ClusterState, listClusters, removeClusterFolder } from './cluster-state.js';
import { removeBridge } from './network.js';
import { nodeLayouts, switchNodeOff } from './node.js';
import { mountPoints } from './node-config.js';

/**
 * Ends a cluster, whole or half made, and removes all it left: by recorded pid, and by names that follow from the cluster's own.
 * Its state goes last, so that an interrupted `down` can be repeated.
 */
export async function takeDown(state: ClusterState): Promise<void> {
  const cluster = clusterLayout(state.name, state.slot);
  // without grace: all data is deleted anyway, and the API server would wait for its watchers
  await Promise.all(Object.keys(state.processes).map((name) => endClusterProcess(state.name, name, 0)));
  await endUnrecordedProcesses(state);
  await Promise.all(nodeLayouts(cluster, state.nodeCount).map((node) => switchNodeOff(cluster, node)));
  await removeBridge(cluster);
  await unmountBelow(cluster);
  removeClusterFolder(state.name);
  if (listClusters().length === 0) mountPoints.forEach(removeIfEmpty);
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // not ours alone, or never made
  }
}

async function unmountBelow(cluster: ClusterLayout): Promise<void> {
  const points = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '');
  for (const point of points.filter((path) => path.startsWith(`${cluster.folder}/`)).reverse()) await run('umount', ['--lazy', point]);
}
