import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startDaemon } from '../process/daemon.js';
import { isAlive } from '../process/process-record.js';
import { run, succeeds } from '../process/run-command.js';
import { waitUntil } from '../process/wait-until.js';
import { ensureTool } from '../tools/index.js';
import { engineLayout } from './engine-layout.js';

/** A container engine of our own that runs. */
export interface Engine {
  readonly name: string;
  /** Runs the docker client on it; answers its standard output. */
  docker(args: readonly string[], input?: AsyncIterable<Uint8Array>): Promise<string>;
  /** For programs that find their engine by themselves. */
  readonly env: Readonly<Record<string, string>>;
}

/** Of networks that the engine makes; none of the lab's. */
const addresses = 'base=10.190.0.0/16,size=24';

/**
 * Starts Debian's dockerd with folder, socket, cgroup and addresses of its own. It leaves the machine's firewall alone: its rules would drop what the lab's
 * nodes send each other. So containers reach this machine and what it reaches of itself, and published ports are served by a process.
 */
export async function startEngine(name: string): Promise<Engine> {
  const { folder, socket, logFile, cgroup, marker } = engineLayout(name);
  const [variable, value] = marker.split('=') as [string, string];
  const [dockerd, docker, libraries, proxy, containerd, runc] = await Promise.all(
    ['dockerd', 'docker', 'docker-libraries', 'docker-proxy', 'containerd', 'runc'].map(ensureTool),
  );
  const path = [dockerd!, docker!, containerd!, runc!].map(dirname).join(':');
  const env = { PATH: `${path}:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin`, HOME: folder, LD_LIBRARY_PATH: libraries!, [variable]: value };
  // Else it would read the machine's own.
  const settings = join(folder, 'daemon.json');
  mkdirSync(folder, { recursive: true });
  writeFileSync(settings, '{}');
  const args = [
    ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'run'), '--pidfile', join(folder, 'dockerd.pid')],
    ...['--host', `unix://${socket}`, '--config-file', settings, '--cgroup-parent', `/${cgroup}`],
    ...['--bridge', 'none', '--iptables=false', '--ip6tables=false', '--ip-masq=false', '--ip-forward=false'],
    ...['--default-address-pool', addresses, '--userland-proxy-path', proxy!, '--storage-driver', 'overlay2', '--oom-score-adjust', '0'],
  ];
  const record = startDaemon({ command: dockerd!, args, logFile, env, cwd: '/' });
  const client = { DOCKER_HOST: `unix://${socket}`, DOCKER_BUILDKIT: '0', DOCKER_CONFIG: join(folder, 'client') };
  const hint = `see ${logFile}`;
  await waitUntil({ what: 'dockerd answers', timeoutSeconds: 60, hint }, async () => {
    if (!isAlive(record)) throw new Error(`dockerd ended: ${hint}`);
    return succeeds(docker!, ['version'], { env: client });
  });
  return { name, env: client, docker: (dockerArgs, input) => run(docker!, dockerArgs, { env: client, hint, ...(input && { input }) }) };
}
