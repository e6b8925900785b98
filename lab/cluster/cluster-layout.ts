import { join } from 'node:path';
import { stateRoot } from '../paths.js';

/** How many clusters fit side by side: their address ranges follow one another in 10.88.0.0–10.111.255.255 and 10.144.0.0–10.151.255.255. */
export const maxClusters = 8;

/** Every name, address, port and path of a cluster: a pure function of its name and slot, so that what is left of a half-made one is found. */
export interface ClusterLayout {
  readonly name: string;
  readonly folder: string;
  readonly logFolder: string;
  readonly kubeconfig: string;
  readonly bridge: string;
  readonly gateway: string;
  readonly nodeRange: string;
  readonly podRange: string;
  readonly serviceRange: string;
  /** First address of the `kubernetes` Service's range, taken by the API server. */
  readonly kubernetesServiceIp: string;
  /** The first three numbers of the addresses for Services of type LoadBalancer; .1 to .254 are given out. */
  readonly loadBalancerPrefix: string;
  readonly apiServerUrl: string;
  readonly etcdPort: number;
  readonly etcdPeerPort: number;
  readonly registryHost: string;
  readonly powerPort: number;
  readonly powerUrl: string;
}

/** Slot 0 is 10.88.x.x, slot 1 is 10.89.x.x, and so on. */
export function clusterLayout(name: string, slot: number): ClusterLayout {
  const folder = join(stateRoot(), name);
  const gateway = `10.${88 + slot}.0.1`;
  const powerPort = 5001;
  return {
    name,
    folder,
    logFolder: join(folder, 'logs'),
    kubeconfig: join(folder, 'kubeconfig'),
    bridge: `rhlab${slot}`,
    gateway,
    nodeRange: `10.${88 + slot}.0.0/24`,
    podRange: `10.${144 + slot}.0.0/16`,
    serviceRange: `10.${104 + slot}.0.0/16`,
    kubernetesServiceIp: `10.${104 + slot}.0.1`,
    loadBalancerPrefix: `10.${88 + slot}.1`,
    apiServerUrl: `https://${gateway}:6443`,
    etcdPort: 12379 + slot * 10,
    etcdPeerPort: 12380 + slot * 10,
    registryHost: `${gateway}:5000`,
    powerPort,
    powerUrl: `http://${gateway}:${powerPort}`,
  };
}

/** Names, addresses and paths of one node. */
export interface NodeLayout {
  readonly name: string;
  readonly index: number;
  readonly folder: string;
  readonly networkNamespace: string;
  /** The host's end of the veth pair, at most 15 characters. */
  readonly link: string;
  readonly address: string;
  readonly podRange: string;
  /** Folder in each cgroup controller. */
  readonly cgroup: string;
}

/** Node n1 has index 1. */
export function nodeLayout(cluster: ClusterLayout, index: number): NodeLayout {
  const name = `n${index}`;
  return {
    name,
    index,
    folder: join(cluster.folder, 'nodes', name),
    networkNamespace: `${cluster.bridge}-${name}`,
    link: `${cluster.bridge}${name}`,
    address: cluster.gateway.replace(/1$/, `${10 + index}`),
    podRange: cluster.podRange.replace('.0.0/16', `.${index}.0/24`),
    cgroup: `${cluster.bridge}-${name}`,
  };
}
