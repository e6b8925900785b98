import { run } from '../process/run-command.js';
import { ensureTool } from '../tools/index.js';
import type { ClusterLayout } from './cluster-layout.js';
import { clusterMark } from './cluster-processes.js';

/** Runs kubectl as the cluster's administrator; answers its stdout. */
export async function runKubectl(cluster: ClusterLayout, args: readonly string[], input?: string): Promise<string> {
  const options = { timeoutSeconds: 60, env: clusterMark(cluster.name), ...(input === undefined ? {} : { input }) };
  return run(await ensureTool('kubectl'), ['--kubeconfig', cluster.kubeconfig, ...args], options);
}

/** Applies objects, given as data. */
export async function applyObjects(cluster: ClusterLayout, objects: readonly object[]): Promise<void> {
  await runKubectl(cluster, ['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
}
