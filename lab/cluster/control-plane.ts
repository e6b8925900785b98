import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { succeeds } from '../process/run-command.js';
import { waitUntil } from '../process/wait-until.js';
import { ensureTool } from '../tools/index.js';
import type { ClusterLayout } from './cluster-layout.js';
import { clusterMark, ensureClusterProcess, requireLiveProcess } from './cluster-processes.js';
import type { ClusterState } from './cluster-state.js';
import { caFile, writeKubeconfig } from './kubeconfig.js';

/** etcd, API server, controller manager and scheduler on the host side of the bridge; ready when this returns. Starts only what is dead. */
export async function ensureControlPlane(cluster: ClusterLayout, state: ClusterState): Promise<void> {
  writeServiceAccountKeys(cluster);
  writeFileSync(join(cluster.folder, 'tokens.csv'), `${state.adminToken},lab-admin,lab-admin,system:masters\n`, { mode: 0o600 });
  ensureClusterProcess(cluster, 'etcd', await ensureTool('etcd'), etcdArguments(cluster));
  ensureClusterProcess(cluster, 'kube-apiserver', await ensureTool('kube-apiserver'), apiServerArguments(cluster));
  const hint = `see ${cluster.logFolder}/kube-apiserver.log and etcd.log`;
  const requireBoth = () => {
    for (const name of ['etcd', 'kube-apiserver']) requireLiveProcess(cluster, name);
  };
  await waitUntil({ what: 'the API server has made its certificate', timeoutSeconds: 30, hint }, () => {
    requireBoth();
    return existsSync(caFile(cluster));
  });
  writeKubeconfig(cluster, state);
  const kubectl = await ensureTool('kubectl');
  const ready = () => {
    requireBoth();
    return succeeds(kubectl, ['--kubeconfig', cluster.kubeconfig, 'get', '--raw', '/readyz'], { timeoutSeconds: 5, env: clusterMark(cluster.name) });
  };
  await waitUntil({ what: 'the API server is ready', timeoutSeconds: 60, everyMilliseconds: 200, hint }, ready);
  ensureClusterProcess(cluster, 'kube-controller-manager', await ensureTool('kube-controller-manager'), controllerManagerArguments(cluster));
  ensureClusterProcess(cluster, 'kube-scheduler', await ensureTool('kube-scheduler'), schedulerArguments(cluster));
}

function writeServiceAccountKeys(cluster: ClusterLayout): void {
  const [keyFile, publicFile] = [join(cluster.folder, 'sa.key'), join(cluster.folder, 'sa.pub')];
  mkdirSync(join(cluster.folder, 'pki'), { recursive: true });
  if (existsSync(keyFile) && existsSync(publicFile)) return;
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  writeFileSync(publicFile, pair.publicKey);
  writeFileSync(keyFile, pair.privateKey, { mode: 0o600 });
}

function etcdArguments(cluster: ClusterLayout): readonly string[] {
  const [client, peer] = [`http://127.0.0.1:${cluster.etcdPort}`, `http://127.0.0.1:${cluster.etcdPeerPort}`];
  return [
    '--data-dir=etcd',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--unsafe-no-fsync', // the lab outlives no power cut of its machine
    '--snapshot-count=5000', // keeps less history in memory
  ];
}

function apiServerArguments(cluster: ClusterLayout): readonly string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${cluster.etcdPort}`,
    `--bind-address=${cluster.gateway}`, // goes into the certificate it makes for itself
    '--secure-port=6443',
    `--advertise-address=${cluster.gateway}`,
    '--cert-dir=pki',
    `--service-cluster-ip-range=${cluster.serviceRange}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--service-account-key-file=sa.pub',
    '--service-account-signing-key-file=sa.key',
    '--token-auth-file=tokens.csv',
    '--authorization-mode=Node,RBAC',
    '--allow-privileged=true',
    '--kubelet-preferred-address-types=InternalIP', // else exec and logs look the node's name up
    '--profiling=false',
  ];
}

function controllerManagerArguments(cluster: ClusterLayout): readonly string[] {
  return [
    `--kubeconfig=${cluster.kubeconfig}`,
    '--service-account-private-key-file=sa.key',
    '--use-service-account-credentials=true',
    `--root-ca-file=${caFile(cluster)}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--node-monitor-period=1s',
    '--node-monitor-grace-period=8s',
    '--pvclaimbinder-sync-period=2s',
    // a migration stops and starts some twenty Deployments at once
    '--kube-api-qps=400',
    '--kube-api-burst=800',
    '--concurrent-deployment-syncs=20',
    '--concurrent-replicaset-syncs=20',
    '--concurrent-statefulset-syncs=20',
    '--concurrent-job-syncs=20',
    '--concurrent-service-endpoint-syncs=20',
    '--concurrent-namespace-syncs=20',
  ];
}

function schedulerArguments(cluster: ClusterLayout): readonly string[] {
  return [`--kubeconfig=${cluster.kubeconfig}`, '--leader-elect=false', '--secure-port=0', '--kube-api-qps=400', '--kube-api-burst=800'];
}
