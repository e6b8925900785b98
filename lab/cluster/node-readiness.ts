import { waitUntil } from '../process/wait-until.js';
import type { ClusterLayout, NodeLayout } from './cluster-layout.js';
import { runKubectl } from './kubectl.js';

/** What a node's Ready condition says. */
export interface NodeReadiness {
  readonly name: string;
  readonly ready: boolean;
}

/** Ready or not, of every node the API server knows. */
export async function readNodeReadiness(cluster: ClusterLayout): Promise<readonly NodeReadiness[]> {
  const template = '{range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}';
  const lines = (await runKubectl(cluster, ['--request-timeout=5s', 'get', 'nodes', '-o', `jsonpath=${template}`])).split('\n').filter((line) => line !== '');
  return lines.map((line) => ({ name: line.split(' ')[0]!, ready: line.endsWith(' True') }));
}

/** Waits until these nodes are Ready. */
export async function waitForReadyNodes(cluster: ClusterLayout, nodes: readonly NodeLayout[]): Promise<void> {
  const hint = `see ${cluster.logFolder}/n*-kubelet.log and n*-containerd.log`;
  const wait = { what: `${nodes.map((node) => node.name).join(', ')} are Ready`, timeoutSeconds: 90, everyMilliseconds: 250, hint };
  await waitUntil(wait, async () => {
    const readiness = await readNodeReadiness(cluster);
    return nodes.every((node) => readiness.some((other) => other.name === node.name && other.ready));
  });
}
