import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ProcessRecord, recordProcess } from '../process/process-record.js';
import { run, succeeds } from '../process/run-command.js';
import { waitUntil } from '../process/wait-until.js';
import { ensureTool } from '../tools/index.js';
import { type ClusterLayout, clusterLayout, type NodeLayout, nodeLayout } from './cluster-layout.js';
import { clusterMark, endClusterProcess, ensureClusterProcess, liveProcess, requireLiveProcess } from './cluster-processes.js';
import type { ClusterState } from './cluster-state.js';
import { ensureNodeNetwork, removeNodeNetwork, unplugNode } from './network.js';
import { ensureNodeCgroups, removeNodeCgroups } from './node-cgroups.js';
import {
  containerdSocket,
  type NodeTools,
  renderBootScript,
  renderCniConfig,
  renderContainerdConfig,
  renderKubeletConfig,
  renderKubeProxyConfig,
  renderRegistryHosts,
} from './node-config.js';

/** All nodes of a cluster, on or off. */
export function nodeLayouts(cluster: ClusterLayout, count: number): readonly NodeLayout[] {
  return Array.from({ length: count }, (_, index) => nodeLayout(cluster, index + 1));
}

/** The nodes that are on, or should be. */
export function poweredNodes(state: ClusterState): readonly NodeLayout[] {
  return nodeLayouts(clusterLayout(state.name, state.slot), state.nodeCount).filter((node) => !state.nodesOff.includes(node.name));
}

/**
 * Switches a node on, in network, mount and pid namespaces of its own, and waits until its containerd answers. Does nothing to a
 * node that is on. True when it was off.
 */
export async function switchNodeOn(cluster: ClusterLayout, node: NodeLayout): Promise<boolean> {
  if (liveProcess(cluster.name, node.name) !== undefined) return false;
  const tools = await nodeTools();
  writeNodeFiles(cluster, node, tools);
  ensureNodeCgroups(node);
  await ensureNodeNetwork(cluster, node);
  // not `ip netns exec`: that remounts /sys and hides the cgroup v1 mounts, and the kubelet stops with "failed to find cgroup mounts"
  const namespaces = [`--net=/run/netns/${node.networkNamespace}`, 'unshare', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child'];
  const path = [...new Set([dirname(tools.containerd), dirname(tools.runc)])].join(':');
  ensureClusterProcess(cluster, node.name, 'nsenter', [...namespaces, 'sh', join(node.folder, 'boot.sh')], { pathBefore: path });
  const hint = `see ${cluster.logFolder}/${node.name}.log and ${node.name}-containerd.log`;
  const answers = async () => {
    requireLiveProcess(cluster, node.name);
    return succeeds('nsenter', inNode(cluster, node, 'test', '-e', '/run/containerd-answers'));
  };
  await waitUntil({ what: `containerd answers on ${node.name}`, timeoutSeconds: 60, hint }, answers);
  return true;
}

/** A power cut: the cable is pulled, then every process of the node dies at once. What was on its disk stays. Safe to repeat. */
export async function switchNodeOff(cluster: ClusterLayout, node: NodeLayout): Promise<void> {
  await unplugNode(node);
  await endClusterProcess(cluster.name, node.name, 0); // unshare --kill-child takes the first process along, and it everything
  await removeNodeNetwork(node);
  await removeNodeCgroups(node);
}

/** Runs `ctr` on the node; answers its stdout. */
export async function runCtr(cluster: ClusterLayout, node: NodeLayout, args: readonly string[], input?: AsyncIterable<Uint8Array>): Promise<string> {
  const ctr = [await ensureTool('ctr'), '--address', containerdSocket, '--namespace', 'k8s.io', ...args];
  return run('nsenter', inNode(cluster, node, ...ctr), { env: clusterMark(cluster.name), ...(input === undefined ? {} : { input }) });
}

function inNode(cluster: ClusterLayout, node: NodeLayout, ...command: readonly string[]): readonly string[] {
  return [`--target=${firstProcess(cluster, node)?.pid ?? 'off'}`, '--mount', '--', ...command];
}

/** The process that is number 1 inside the node; the recorded one is `unshare`, its parent. */
function firstProcess(cluster: ClusterLayout, node: NodeLayout): ProcessRecord | undefined {
  const outer = liveProcess(cluster.name, node.name);
  if (outer === undefined) return undefined;
  const children = readFileSync(`/proc/${outer.pid}/task/${outer.pid}/children`, 'utf8').trim();
  return children === '' ? undefined : recordProcess(Number(children.split(' ')[0]));
}

async function nodeTools(): Promise<NodeTools> {
  return {
    containerd: await ensureTool('containerd'),
    ctr: await ensureTool('ctr'),
    runc: await ensureTool('runc'),
    cni: await ensureTool('cni'),
    kubelet: await ensureTool('kubelet'),
    kubeProxy: await ensureTool('kube-proxy'),
  };
}

function writeNodeFiles(cluster: ClusterLayout, node: NodeLayout, tools: NodeTools): void {
  const registry = join('registries', cluster.registryHost, 'hosts.toml');
  const files = {
    'containerd.toml': renderContainerdConfig(node, tools),
    'cni/10-bridge.conflist': renderCniConfig(node),
    'kubelet.json': renderKubeletConfig(cluster, node),
    'kube-proxy.json': renderKubeProxyConfig(cluster, node),
    'boot.sh': renderBootScript(cluster, node, tools),
    [registry]: renderRegistryHosts(cluster),
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(node.folder, name)), { recursive: true });
    writeFileSync(join(node.folder, name), content);
  }
}
