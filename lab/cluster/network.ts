import { existsSync } from 'node:fs';
import { run, succeeds } from '../process/run-command.js';
import type { ClusterLayout, NodeLayout } from './cluster-layout.js';

/** The bridge that nodes hang on, with the gateway's address; the host forwards between nodes' pod ranges. Safe to repeat. */
export async function ensureBridge(cluster: ClusterLayout): Promise<void> {
  if (!existsSync(`/sys/class/net/${cluster.bridge}`)) await run('ip', ['link', 'add', cluster.bridge, 'type', 'bridge']);
  await run('ip', ['addr', 'replace', `${cluster.gateway}/24`, 'dev', cluster.bridge]);
  await run('ip', ['link', 'set', cluster.bridge, 'up']);
  // send_redirects: pods of two nodes talk by way of the host, in and out of the same link, and would be told of a shorter way
  await run('sysctl', ['-qw', 'net.ipv4.ip_forward=1', `net.ipv4.conf.${cluster.bridge}.send_redirects=0`]);
  for (const rule of forwardRules(cluster)) {
    // a dockerd that ran here leaves the FORWARD policy at DROP
    if (!(await succeeds('iptables', ['-w', '-C', ...rule]))) await run('iptables', ['-w', '-I', ...rule]);
  }
}

/** Removes the bridge, its routes go with it, and the rules. Safe to repeat. */
export async function removeBridge(cluster: ClusterLayout): Promise<void> {
  for (const rule of forwardRules(cluster)) while (await succeeds('iptables', ['-w', '-D', ...rule]));
  if (existsSync(`/sys/class/net/${cluster.bridge}`)) await run('ip', ['link', 'del', cluster.bridge]);
}

/** A node's network namespace with its cable to the bridge, and the host's route to its pods. Safe to repeat. */
export async function ensureNodeNetwork(cluster: ClusterLayout, node: NodeLayout): Promise<void> {
  const inNode = (...args: string[]) => run('ip', ['-n', node.networkNamespace, ...args]);
  if (!existsSync(`/run/netns/${node.networkNamespace}`)) await run('ip', ['netns', 'add', node.networkNamespace]);
  if (!existsSync(`/sys/class/net/${node.link}`)) {
    await run('ip', ['link', 'add', node.link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', node.networkNamespace]);
  }
  await run('ip', ['link', 'set', node.link, 'master', cluster.bridge, 'up']);
  await inNode('addr', 'replace', `${node.address}/24`, 'dev', 'eth0');
  await inNode('link', 'set', 'lo', 'up');
  await inNode('link', 'set', 'eth0', 'up');
  await inNode('route', 'replace', 'default', 'via', cluster.gateway);
  await run('ip', ['route', 'replace', node.podRange, 'via', node.address, 'dev', cluster.bridge]);
}

/** Pulls the cable first, as a power cut does: peers see silence, not closed connections. Safe to repeat. */
export async function unplugNode(node: NodeLayout): Promise<void> {
  if (existsSync(`/sys/class/net/${node.link}`)) await run('ip', ['link', 'set', node.link, 'down']);
}

/** Removes a node's network; everything inside the namespace goes with it. Safe to repeat. */
export async function removeNodeNetwork(node: NodeLayout): Promise<void> {
  if (existsSync(`/sys/class/net/${node.link}`)) await run('ip', ['link', 'del', node.link]);
  if (existsSync(`/run/netns/${node.networkNamespace}`)) await run('ip', ['netns', 'del', node.networkNamespace]);
}

function forwardRules(cluster: ClusterLayout): readonly (readonly string[])[] {
  const comment = ['-m', 'comment', '--comment', `rehelm-lab ${cluster.name}`, '-j', 'ACCEPT'];
  return [
    ['FORWARD', '-i', cluster.bridge, ...comment],
    ['FORWARD', '-o', cluster.bridge, ...comment],
  ];
}
