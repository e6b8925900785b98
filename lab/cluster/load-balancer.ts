import { join } from 'node:path';
import { checkoutRoot } from '../paths.js';
import type { ClusterLayout } from './cluster-layout.js';
import { ensureClusterProcess } from './cluster-processes.js';

/** The process that gives Services of type LoadBalancer their addresses; see lab/load-balancer-main.ts. */
export async function ensureLoadBalancer(cluster: ClusterLayout): Promise<void> {
  const main = join(checkoutRoot(), 'dist/lab/load-balancer-main.js');
  ensureClusterProcess(cluster, 'load-balancer', process.execPath, ['--max-old-space-size=64', main, cluster.name]);
}
