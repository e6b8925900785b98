import { importAllInto } from '../cluster/cluster-images.js';
import { clusterLayout, type NodeLayout } from '../cluster/cluster-layout.js';
import { withClusterLock } from '../cluster/cluster-lock.js';
import { liveProcess } from '../cluster/cluster-processes.js';
import { readClusterState, updateClusterState } from '../cluster/cluster-state.js';
import { nodeLayouts, switchNodeOff, switchNodeOn } from '../cluster/node.js';
import { LabError } from '../lab-error.js';

/** Whether a node has power. */
export type PowerState = 'on' | 'off';

/** The switches of a cluster's nodes. Each may be pressed again; both answer when the node is in the new state. */
export interface NodePower {
  /** Undefined: there is no such node. */
  read(nodeName: string): PowerState | undefined;
  switchOff(nodeName: string): Promise<void>;
  switchOn(nodeName: string): Promise<void>;
}

/** The power of one cluster's nodes; a node that is on has the images it should hold, but need not be Ready yet. */
export function nodePower(clusterName: string): NodePower {
  return {
    read(nodeName) {
      if (findNode(clusterName, nodeName) === undefined) return undefined;
      return liveProcess(clusterName, nodeName) === undefined ? 'off' : 'on';
    },
    switchOff: (nodeName) =>
      withClusterLock(clusterName, async () => {
        const node = requireNode(clusterName, nodeName);
        // first of all, so that an `up` that comes after a crash in between does not start it
        const state = updateClusterState(clusterName, (old) => ({ ...old, nodesOff: [...new Set([...old.nodesOff, nodeName])] }));
        await switchNodeOff(clusterLayout(clusterName, state.slot), node);
      }),
    switchOn: (nodeName) =>
      withClusterLock(clusterName, async () => {
        const node = requireNode(clusterName, nodeName);
        const state = updateClusterState(clusterName, (old) => ({ ...old, nodesOff: old.nodesOff.filter((name) => name !== nodeName) }));
        const cluster = clusterLayout(clusterName, state.slot);
        await switchNodeOn(cluster, node);
        await importAllInto(cluster, node, state);
      }),
  };
}

function findNode(clusterName: string, nodeName: string): NodeLayout | undefined {
  const state = readClusterState(clusterName);
  if (state === undefined) throw new LabError(`there is no cluster ${clusterName}`, `bin/lab up --name ${clusterName}`);
  return nodeLayouts(clusterLayout(clusterName, state.slot), state.nodeCount).find((node) => node.name === nodeName);
}

function requireNode(clusterName: string, nodeName: string): NodeLayout {
  const node = findNode(clusterName, nodeName);
  if (node === undefined) throw new LabError(`${clusterName} has no node ${nodeName}`, `bin/lab status --name ${clusterName} lists them`);
  return node;
}
