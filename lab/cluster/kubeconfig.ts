import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterLayout } from './cluster-layout.js';
import type { ClusterState } from './cluster-state.js';

/** The file in which the API server leaves its self-made certificate, together with the authority that signed it. */
export function caFile(cluster: ClusterLayout): string {
  return join(cluster.folder, 'pki/apiserver.crt');
}

/** Writes the administrator's kubeconfig. The API server has made its certificate by then. */
export function writeKubeconfig(cluster: ClusterLayout, state: ClusterState): void {
  const text = renderKubeconfig(cluster, state.adminToken, readFileSync(caFile(cluster)));
  writeFileSync(`${cluster.kubeconfig}.new`, text, { mode: 0o600 });
  renameSync(`${cluster.kubeconfig}.new`, cluster.kubeconfig);
}

/** A kubeconfig is YAML, and JSON is YAML. */
export function renderKubeconfig(cluster: ClusterLayout, token: string, certificates: Buffer): string {
  const name = cluster.name;
  const server = { server: cluster.apiServerUrl, 'certificate-authority-data': certificates.toString('base64') };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: server }],
    users: [{ name: `${name}-admin`, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: `${name}-admin` } }],
    'current-context': name,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
