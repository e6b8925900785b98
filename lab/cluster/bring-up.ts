import { say, timed } from '../progress.js';
import { installMissingCommands } from '../tools/debian-packages.js';
import { ensureTool } from '../tools/index.js';
import { importAllInto } from './cluster-images.js';
import { type ClusterLayout, clusterLayout } from './cluster-layout.js';
import type { ClusterState } from './cluster-state.js';
import { ensureControlPlane } from './control-plane.js';
import { ensureDns } from './dns.js';
import { ensureLoadBalancer } from './load-balancer.js';
import { ensureBridge } from './network.js';
import { poweredNodes, switchNodeOn } from './node.js';
import { waitForReadyNodes } from './node-readiness.js';
import { ensurePower } from './power.js';
import { ensureRegistry } from './registry.js';
import { ensureVolumes } from './volumes.js';

// small and without a daemon of their own; what has one is unpacked into the cache (lab/tools/debian-daemons.ts)
const commands = { ip: 'iproute2', iptables: 'iptables', nft: 'nftables', conntrack: 'conntrack', nsenter: 'util-linux', sysctl: 'procps', mount: 'mount' };
const tools = ['etcd', 'kubectl', 'kube-apiserver', 'coredns', 'local-path-provisioner'];

/** Names of the processes on the host's side, as the state records them. */
export const hostParts = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'coredns',
  'local-path-provisioner',
  'registry',
  'load-balancer',
  'power',
] as const;

/** Starts every part of a cluster that is not alive, and waits until its nodes are Ready. Safe to repeat: it is also the repair. */
export async function bringUp(state: ClusterState): Promise<ClusterLayout> {
  const cluster = clusterLayout(state.name, state.slot);
  await installMissingCommands(commands);
  for (const tool of tools) await ensureTool(tool);
  await timed('network', () => ensureBridge(cluster));
  const nodes = poweredNodes(state);
  await timed('control plane', () => ensureControlPlane(cluster, state));
  await timed(`nodes ${nodes.map((node) => node.name).join(', ')}: containerd and images`, async () => {
    await Promise.all(nodes.map(async (node) => (await switchNodeOn(cluster, node)) && importAllInto(cluster, node, state)));
  });
  await timed('names, volumes, registry, load balancer, power port', () =>
    Promise.all([ensureDns(cluster), ensureVolumes(cluster), ensureRegistry(cluster, state), ensureLoadBalancer(cluster), ensurePower(cluster)]),
  );
  await timed('nodes are Ready', () => waitForReadyNodes(cluster, nodes));
  if (state.nodesOff.length > 0) say(`switched off: ${state.nodesOff.join(', ')} (bin/lab node on …)`);
  return cluster;
}
