import { clusterLayout } from './cluster/cluster-layout.js';
import { readClusterState } from './cluster/cluster-state.js';
import { nodePower } from './power/node-power.js';
import { createPowerServer } from './power/power-server.js';

/** The power port's process: `power-main.js CLUSTER`. Listens on the bridge's address alone, where pods and this machine reach it. */
function main(name: string): void {
  const state = readClusterState(name);
  if (state === undefined) throw new Error(`there is no cluster ${name}`);
  const { gateway, powerPort } = clusterLayout(name, state.slot);
  createPowerServer(state.powerToken, nodePower(name)).listen(powerPort, gateway);
}

main(process.argv[2] ?? 'lab');
