import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ClusterSource } from '../kube/connect.js';

/** Where kubectl would look: `KUBECONFIG` (one file; its context by `REHELM_CONTEXT`), the cluster around this pod, `~/.kube/config`. */
export function clusterSource(env: NodeJS.ProcessEnv): ClusterSource {
  const context = env['REHELM_CONTEXT'] ? { context: env['REHELM_CONTEXT'] } : {};
  if (env['KUBECONFIG']) return { kubeconfig: env['KUBECONFIG'], ...context };
  const own = join(env['HOME'] || homedir(), '.kube/config');
  return env['KUBERNETES_SERVICE_HOST'] && !existsSync(own) ? { inCluster: true } : { kubeconfig: own, ...context };
}
