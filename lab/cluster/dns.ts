import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureTool } from '../tools/index.js';
import type { ClusterLayout } from './cluster-layout.js';
import { ensureClusterProcess } from './cluster-processes.js';

/** CoreDNS on the gateway's address; pods ask it directly, without a Service between. */
export async function ensureDns(cluster: ClusterLayout): Promise<void> {
  const corefile = join(cluster.folder, 'Corefile');
  writeFileSync(corefile, renderCorefile(cluster));
  ensureClusterProcess(cluster, 'coredns', await ensureTool('coredns'), ['-conf', corefile]);
}

/** Names outside the cluster are refused at once, there is nowhere to forward them to. */
export function renderCorefile(cluster: ClusterLayout): string {
  return `.:53 {
  bind ${cluster.gateway}
  errors
  hosts {
    ${cluster.gateway} host.lab.local registry.lab.local
    fallthrough
  }
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${cluster.kubeconfig}
    pods insecure
    ttl 1
  }
}
`;
}
