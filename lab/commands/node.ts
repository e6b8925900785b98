import type { Command } from 'commander';
import { importAllInto } from '../cluster/cluster-images.js';
import { clusterLayout, type NodeLayout } from '../cluster/cluster-layout.js';
import { withClusterLock } from '../cluster/cluster-lock.js';
import { type ClusterState, updateClusterState } from '../cluster/cluster-state.js';
import { nodeLayouts, switchNodeOff, switchNodeOn } from '../cluster/node.js';
import { LabError } from '../lab-error.js';
import { timed } from '../progress.js';
import { nameOption } from './options.js';
import { requireState } from './status.js';

/** `lab node off|on NODE`. */
export function addNodeCommands(program: Command): void {
  const node = program.command('node').description('switch a node off, as a power cut does, or on');
  node
    .command('off <node>')
    .description('pull the cable and kill every process of the node at once; its disk stays')
    .addOption(nameOption())
    .action((name: string, options: { name: string }) => inCluster(options.name, name, off));
  node
    .command('on <node>')
    .description('boot the node again')
    .addOption(nameOption())
    .action((name: string, options: { name: string }) => inCluster(options.name, name, on));
}

async function off(state: ClusterState, node: NodeLayout): Promise<void> {
  updateClusterState(state.name, (old) => ({ ...old, nodesOff: [...new Set([...old.nodesOff, node.name])] }));
  await timed(`${node.name} is off`, () => switchNodeOff(clusterLayout(state.name, state.slot), node));
}

async function on(state: ClusterState, node: NodeLayout): Promise<void> {
  const cluster = clusterLayout(state.name, state.slot);
  updateClusterState(state.name, (old) => ({ ...old, nodesOff: old.nodesOff.filter((name) => name !== node.name) }));
  await timed(`${node.name} is on`, async () => {
    await switchNodeOn(cluster, node);
    await importAllInto(cluster, node, state);
  });
}

async function inCluster(clusterName: string, nodeName: string, act: (state: ClusterState, node: NodeLayout) => Promise<void>): Promise<void> {
  const state = requireState(clusterName);
  const nodes = nodeLayouts(clusterLayout(state.name, state.slot), state.nodeCount);
  const node = nodes.find((candidate) => candidate.name === nodeName);
  if (node === undefined) throw new LabError(`${clusterName} has no node ${nodeName}`, `nodes: ${nodes.map((candidate) => candidate.name).join(', ')}`);
  await withClusterLock(clusterName, () => act(requireState(clusterName), node));
}
