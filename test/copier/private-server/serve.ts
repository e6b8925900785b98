import { type ChildProcess, spawn } from 'node:child_process';
import { chownSync, mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { serveScript } from '../../../src/activities/private-server/serve-script.js';
import { startRelay } from '../../../src/copier/relay/relay.js';
import { holdData } from '../../../src/copier/volume/hold-data.js';
import { releaseData } from '../../../src/copier/volume/release-data.js';
import type { PostgresServer } from '../../../src/model/postgres-facts.js';
import type { DataOrder, HeldData, ReleasedData } from '../../../src/model/private-server.js';
import { nobody, type Postgres } from '../postgres/support/server.js';

export const run = '0190aaaa-1111-7000-8000-000000000000';
const password = 'private-canary';

/** As the pod's user: a server's data belong to nobody else. */
export async function asOwner<T>(act: () => Promise<T>): Promise<T> {
  const [seteuid, setegid] = [process.seteuid?.bind(process), process.setegid?.bind(process)];
  if (nobody.uid === undefined || nobody.gid === undefined) return act();
  setegid?.(nobody.gid);
  seteuid?.(nobody.uid);
  try {
    return await act();
  } finally {
    seteuid?.(0);
    setegid?.(0);
  }
}

const orderOf = ({ data, major }: Postgres, mode: DataOrder['mode'] = 'standby'): DataOrder => ({ act: 'hold', data, major, mode, run });

export const hold = (server: Postgres, mode?: DataOrder['mode']): Promise<HeldData> => asOwner(() => holdData(orderOf(server, mode)));
export const release = (server: Postgres): Promise<ReleasedData> => asOwner(() => releaseData(orderOf(server)));

export interface Served {
  readonly at: PostgresServer;
  readonly log: () => string;
  /** As the kubelet does; the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

const children = new Set<ChildProcess>();

/** Whatever a test left running. */
export async function endAll(): Promise<void> {
  for (const child of children) child.kill('SIGTERM');
  await Promise.all([...children].map(ended));
  children.clear();
}

/** What the pod's server runs, with the pod's environment. */
export function startScript(
  { data, major, programs }: Postgres,
  mode: DataOrder['mode'] = 'standby',
  folder = 'sockets',
): { readonly child: ChildProcess; readonly log: () => string } {
  const sockets = join(dirname(data), folder);
  mkdirSync(sockets, { recursive: true });
  if (nobody.uid !== undefined && nobody.gid !== undefined) chownSync(sockets, nobody.uid, nobody.gid);
  const told = { DATA: data, MAJOR: String(major), MODE: mode, SOCKETS: sockets, BINARIES: join(programs, 'bin') };
  const env = { PATH: '/usr/bin:/bin', LD_LIBRARY_PATH: join(programs, 'lib'), ...told };
  const child = spawn('sh', ['-c', serveScript], { env, stdio: ['ignore', 'pipe', 'pipe'], ...nobody });
  let log = '';
  children.add(child);
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (log += chunk));
  return { child, log: () => log };
}

export const ended = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null ? Promise.resolve(child.exitCode) : new Promise((resolve) => child.once('exit', resolve));

/** The pod: the server by its script, and the relay in front of it. */
export async function serve(server: Postgres, mode: DataOrder['mode'] = 'standby', sockets = 'sockets'): Promise<Served> {
  const { child, log } = startScript(server, mode, sockets);
  const stop = new AbortController();
  const folder = join(dirname(server.data), sockets);
  const relay = startRelay({ folder, user: 'postgres', password, port: 0 }, stop.signal);
  const gone = ended(child).then(() => Promise.reject(new Error(`the server ended: ${log()}`)));
  const listening = await Promise.race([relay, gone]).catch((error: unknown) => {
    stop.abort();
    throw error;
  });
  gone.catch(() => undefined);
  const { port } = listening.address() as AddressInfo;
  return {
    at: { host: '127.0.0.1', port, user: { name: 'postgres', password } },
    log,
    async end(signal = 'SIGTERM') {
      stop.abort();
      child.kill(signal);
      return ended(child);
    },
  };
}
