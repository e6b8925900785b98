import type { Command } from 'commander';
import pc from 'picocolors';
import { type ClusterLayout, clusterLayout } from '../cluster/cluster-layout.js';
import { liveProcess } from '../cluster/cluster-processes.js';
import { type ClusterState, listClusters, readClusterState } from '../cluster/cluster-state.js';
import { nodeLayouts } from '../cluster/node.js';
import { type NodeReadiness, readNodeReadiness } from '../cluster/node-readiness.js';
import { registryUser } from '../cluster/registry.js';
import { LabError } from '../lab-error.js';
import { nameOption } from './options.js';

/** `lab status` and `lab kubeconfig`. */
export function addStatusCommands(program: Command): void {
  program
    .command('status')
    .description('what runs, and how to use it')
    .addOption(nameOption().default(undefined))
    .option('-o, --output <format>', 'text or json', 'text')
    .action((options: { name?: string; output: string }) => status(options.name, options.output));
  program
    .command('kubeconfig')
    .description("print the path of a cluster's kubeconfig")
    .addOption(nameOption())
    .action((options: { name: string }) => void process.stdout.write(`${requireCluster(options.name).kubeconfig}\n`));
}

/** Layout of a cluster that is up, or an error that says how to bring it up. */
export function requireCluster(name: string): ClusterLayout {
  return clusterLayout(name, requireState(name).slot);
}

/** State of a cluster that is up, or an error that says how to bring it up. */
export function requireState(name: string): ClusterState {
  const state = readClusterState(name);
  if (state === undefined) throw new LabError(`there is no cluster ${name}`, `bin/lab up --name ${name}`);
  return state;
}

/** One cluster's facts on stdout. */
export async function printStatus(name: string): Promise<void> {
  process.stdout.write(`${renderStatus(await readStatus(requireState(name)))}\n`);
}

async function status(name: string | undefined, output: string): Promise<void> {
  const states = name === undefined ? listClusters() : [requireState(name)];
  const all = await Promise.all(states.map(readStatus));
  if (output === 'json') process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
  else process.stdout.write(all.length === 0 ? 'no cluster is up (bin/lab up)\n' : `${all.map(renderStatus).join('\n\n')}\n`);
}

interface ClusterStatus {
  readonly name: string;
  readonly kubeconfig: string;
  readonly apiServer: string;
  readonly registry: { readonly host: string; readonly user: string; readonly password: string };
  readonly power: { readonly url: string; readonly token: string };
  readonly loadBalancerRange: string;
  readonly logs: string;
  readonly nodes: readonly { readonly name: string; readonly state: 'Ready' | 'NotReady' | 'off' }[];
  readonly deadParts: readonly string[];
}

async function readStatus(state: ClusterState): Promise<ClusterStatus> {
  const cluster = clusterLayout(state.name, state.slot);
  const readiness = await readNodeReadiness(cluster).catch(() => []);
  return {
    name: state.name,
    kubeconfig: cluster.kubeconfig,
    apiServer: cluster.apiServerUrl,
    registry: { host: cluster.registryHost, user: registryUser, password: state.registryPassword },
    power: { url: cluster.powerUrl, token: state.powerToken },
    loadBalancerRange: `${cluster.loadBalancerPrefix}.1-254`,
    logs: cluster.logFolder,
    nodes: nodeLayouts(cluster, state.nodeCount).map((node) => ({ name: node.name, state: nodeState(state, node.name, readiness) })),
    deadParts: Object.keys(state.processes).filter((part) => liveProcess(state.name, part) === undefined),
  };
}

function nodeState(state: ClusterState, name: string, readiness: readonly NodeReadiness[]): 'Ready' | 'NotReady' | 'off' {
  if (state.nodesOff.includes(name)) return 'off';
  return readiness.some((node) => node.name === name && node.ready) ? 'Ready' : 'NotReady';
}

function renderStatus(status: ClusterStatus): string {
  const rows = {
    nodes: status.nodes.map((node) => `${node.name} ${node.state}`).join(', '),
    kubeconfig: status.kubeconfig,
    'API server': status.apiServer,
    registry: `${status.registry.host} (plain HTTP), user ${status.registry.user}, password ${status.registry.password}`,
    'node power': `${status.power.url}, token ${status.power.token}`,
    'load balancer': status.loadBalancerRange,
    logs: status.logs,
    ...(status.deadParts.length === 0 ? {} : { dead: `${status.deadParts.join(', ')} (bin/lab up --name ${status.name} starts them)` }),
  };
  const lines = Object.entries(rows).map(([name, value]) => `  ${pc.dim(name.padEnd(14))} ${value}`);
  return [pc.bold(status.name), ...lines].join('\n');
}
