import { setTimeout as delay } from 'node:timers/promises';
import { clusterLayout } from './cluster/cluster-layout.js';
import { readClusterState } from './cluster/cluster-state.js';
import { connectApi } from './load-balancer/api-client.js';
import { balanceOnce } from './load-balancer/balance-once.js';

const everyMilliseconds = 500;

/** The load balancer's process: `load-balancer-main.js CLUSTER`. Polls, and outlives an API server that is away. */
async function main(name: string): Promise<void> {
  const state = readClusterState(name);
  if (state === undefined) throw new Error(`there is no cluster ${name}`);
  const cluster = clusterLayout(name, state.slot);
  const api = connectApi(cluster.kubeconfig);
  for (let lastError = ''; ; ) {
    try {
      await balanceOnce(api, cluster);
      lastError = '';
    } catch (error) {
      const text = error instanceof Error ? error.message : `${error}`;
      if (text !== lastError) process.stderr.write(`${new Date().toISOString()} ${text}\n`);
      lastError = text;
    }
    await delay(everyMilliseconds);
  }
}

await main(process.argv[2] ?? 'lab');
