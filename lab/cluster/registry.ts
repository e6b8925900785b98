import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../process/run-command.js';
import { waitUntil } from '../process/wait-until.js';
import { ensureTool } from '../tools/index.js';
import type { ClusterLayout } from './cluster-layout.js';
import { ensureClusterProcess, liveProcess, requireLiveProcess } from './cluster-processes.js';
import type { ClusterState } from './cluster-state.js';

/** The one who may use the registry; the password is in the cluster's state. */
export const registryUser = 'lab';

/** An OCI registry over plain HTTP on the gateway's address, for charts and images; nothing is served without a login. */
export async function ensureRegistry(cluster: ClusterLayout, state: ClusterState): Promise<void> {
  if (liveProcess(cluster.name, 'registry') !== undefined) return;
  const passwords = join(cluster.folder, 'registry.htpasswd');
  writeFileSync(passwords, `${registryUser}:${await bcrypt(state.registryPassword)}\n`, { mode: 0o600 });
  const config = join(cluster.folder, 'registry.json');
  writeFileSync(config, renderRegistryConfig(cluster, passwords));
  ensureClusterProcess(cluster, 'registry', await ensureTool('docker-registry'), ['serve', config]);
  const hint = `see ${cluster.logFolder}/registry.log`;
  await waitUntil({ what: 'the registry answers', timeoutSeconds: 20, hint }, async () => {
    requireLiveProcess(cluster, 'registry');
    const response = await fetch(`http://${cluster.registryHost}/v2/`).catch(() => undefined);
    return response?.status === 401;
  });
}

function renderRegistryConfig(cluster: ClusterLayout, passwords: string): string {
  return JSON.stringify({
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(cluster.folder, 'registry') }, delete: { enabled: true } },
    http: { addr: cluster.registryHost },
    auth: { htpasswd: { realm: 'rehelm lab', path: passwords } },
  });
}

/** The registry takes bcrypt only. Perl's crypt is the C library's, which knows it, and every Debian has perl-base; the password goes by stdin. */
async function bcrypt(password: string): Promise<string> {
  const script =
    'chomp(my $password = <STDIN>); print crypt($password, q($2b$05$) . join(q(), map { (q(.), q(/), 0..9, q(A)..q(Z), q(a)..q(z))[rand 64] } 1..22));';
  return run('perl', ['-e', script], { input: `${password}\n` });
}
