import { join } from 'node:path';
import { cacheRoot, checkoutRoot, stateRoot } from '../paths.js';
import { waitUntil } from '../process/wait-until.js';
import type { ClusterLayout } from './cluster-layout.js';
import { ensureClusterProcess, liveProcess, requireLiveProcess } from './cluster-processes.js';

/** The process that switches nodes off and on for those who ask by HTTP; see lab/power-main.ts. */
export async function ensurePower(cluster: ClusterLayout): Promise<void> {
  if (liveProcess(cluster.name, 'power') !== undefined) return;
  const main = join(checkoutRoot(), 'dist/lab/power-main.js');
  // it boots nodes, for which it needs the tools and images that `up` used
  const env = { REHELM_CACHE: cacheRoot(), REHELM_LAB_STATE: stateRoot() };
  ensureClusterProcess(cluster, 'power', process.execPath, ['--enable-source-maps', '--max-old-space-size=128', main, cluster.name], { env });
  await waitUntil({ what: 'the power port answers', timeoutSeconds: 20, hint: `see ${cluster.logFolder}/power.log` }, async () => {
    requireLiveProcess(cluster, 'power');
    const response = await fetch(cluster.powerUrl).catch(() => undefined);
    return response?.status === 401;
  });
}
