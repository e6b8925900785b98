import { join } from 'node:path';
import type { ClusterLayout, NodeLayout } from './cluster-layout.js';

/** Where the node's processes find their programs. `cni` is a folder. */
export interface NodeTools {
  readonly containerd: string;
  readonly ctr: string;
  readonly runc: string;
  readonly cni: string;
  readonly kubelet: string;
  readonly kubeProxy: string;
}

/** In the node's own /run, so that a dead node leaves no stale socket. */
export const containerdSocket = '/run/containerd/containerd.sock';

/** Folders in which a node's programs keep things that must not be shared between nodes, nor outlive one: each node has its own. */
export const mountPoints = ['/var/log/containers', '/var/lib/cni'];

/** containerd's config.toml. */
export function renderContainerdConfig(node: NodeLayout, tools: NodeTools): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `version = 2
root = "${node.folder}/containerd"
state = "/run/containerd/state"
[grpc]
  address = "${containerdSocket}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${node.folder}/opt"
[${cri}]
  sandbox_image = "lab.local/pause:1"
  # without CAP_SYS_RESOURCE runc dies with "can't get final child's PID from pipe: EOF"
  restrict_oom_score_adj = true
  [${cri}.cni]
    bin_dir = "${tools.cni}"
    conf_dir = "${node.folder}/cni"
  [${cri}.registry]
    config_path = "${node.folder}/registries"
  [${cri}.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [${cri}.containerd.runtimes.runc.options]
      BinaryName = "${tools.runc}"
`;
}

/** Lets nodes pull from the lab's registry over plain HTTP. containerd 1.6 reads nothing of a file without a host table. */
export function renderRegistryHosts(cluster: ClusterLayout): string {
  const url = `http://${cluster.registryHost}`;
  return `server = "${url}"\n[host."${url}"]\n  capabilities = ["pull", "resolve"]\n`;
}

/** The bridge network of the node's pods. */
export function renderCniConfig(node: NodeLayout): string {
  const ipam = { type: 'host-local', dataDir: '/run/cni-ipam', ranges: [[{ subnet: node.podRange }]], routes: [{ dst: '0.0.0.0/0' }] };
  const bridge = { type: 'bridge', bridge: 'cni0', isGateway: true, ipMasq: false, hairpinMode: true, ipam };
  return JSON.stringify({ cniVersion: '0.4.0', name: 'lab', plugins: [bridge, { type: 'portmap', capabilities: { portMappings: true } }] });
}

/** KubeletConfiguration (JSON is YAML). */
export function renderKubeletConfig(cluster: ClusterLayout, node: NodeLayout): string {
  return JSON.stringify({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    failCgroupV1: false,
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${node.cgroup}`,
    enforceNodeAllocatable: [],
    localStorageCapacityIsolation: false,
    failSwapOn: false,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    containerRuntimeEndpoint: `unix://${containerdSocket}`,
    imageGCHighThresholdPercent: 100, // nowhere to pull a removed image from again
    evictionHard: { 'nodefs.available': '1%' },
    nodeStatusUpdateFrequency: '2s',
    nodeLeaseDurationSeconds: 8,
    clusterDNS: [cluster.gateway],
    clusterDomain: 'cluster.local',
    podLogsDir: join(node.folder, 'pod-logs'), // kubelets that share /var/log/pods delete each other's logs
    maxPods: 110,
    kubeAPIQPS: 200,
    kubeAPIBurst: 400,
    eventRecordQPS: 0, // no limit
    syncFrequency: '10s', // a changed Secret reaches its volume within this
    volumeStatsAggPeriod: '-1s', // off: it walks every volume
  });
}

/** KubeProxyConfiguration. The conntrack zeros leave settings alone that belong to the whole machine. */
export function renderKubeProxyConfig(cluster: ClusterLayout, node: NodeLayout): string {
  return JSON.stringify({
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    hostnameOverride: node.name,
    clusterCIDR: cluster.podRange,
    clientConnection: { kubeconfig: cluster.kubeconfig, qps: 50, burst: 100 },
    nftables: { minSyncPeriod: '100ms', syncPeriod: '30s' },
    conntrack: { maxPerCore: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  });
}

/**
 * What a node does when it is switched on, as the first process of its namespaces. A shell stays that process because it reaps
 * orphans; it starts again what dies.
 */
export function renderBootScript(cluster: ClusterLayout, node: NodeLayout, tools: NodeTools): string {
  const log = (program: string) => `>> ${cluster.logFolder}/${node.name}-${program}.log 2>&1`;
  const kubelet = [
    `${tools.kubelet} --config=${node.folder}/kubelet.json --kubeconfig=${cluster.kubeconfig} --hostname-override=${node.name}`,
    `--node-ip=${node.address} --root-dir=${node.folder}/kubelet --cert-dir=${node.folder}/pki`,
  ].join(' ');
  return `set -e
# private: sockets and pod namespaces vanish with the node, and nothing is left on the machine
for folder in /run ${mountPoints.join(' ')}; do mkdir -p $folder; mount -t tmpfs tmpfs $folder; done
sysctl -qw net.ipv4.ip_forward=1
keep() { while :; do "$@" || true; echo "$1 ended, starts again"; sleep 1; done; }
keep ${tools.containerd} -c ${node.folder}/containerd.toml ${log('containerd')} &
# a socket file is there before anyone answers behind it
until ${tools.ctr} -a ${containerdSocket} version > /dev/null 2>&1; do sleep 0.1; done
touch /run/containerd-answers
keep ${tools.kubeProxy} --config=${node.folder}/kube-proxy.json ${log('kube-proxy')} &
keep ${kubelet} ${log('kubelet')} &
wait
`;
}
