import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { type Place, rehelm, run, soon } from './tools.js';

/** A Temporal of its own and workers that can be killed. */
export interface Stack {
  readonly place: Place;
  readonly address: string;
  startWorker(): Promise<void>;
  /** SIGKILL: nothing is cleaned up, nobody is told. */
  killWorker(): Promise<void>;
  /** SIGKILL. */
  killTemporal(): Promise<void>;
  /** On its file and its address as before; `emptied` takes the file away first. */
  startTemporal(how?: { readonly emptied?: boolean }): Promise<void>;
  stop(): Promise<void>;
}

/** A worker may be in the middle of a helm call. */
const patienceMilliseconds = 40_000;

const ended = (child: ChildProcess) =>
  new Promise<void>((done) => (child.exitCode !== null || child.signalCode !== null ? done() : child.once('exit', () => done())));

/** Starts Temporal on a file, registers the search attributes, starts no worker yet. Logs go to `folder`. */
export async function startStack(place: Place, folder: string): Promise<Stack> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const env: Place['env'] = { ...place.env, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: 'default' };
  const inside: Place = { ...place, env };
  const children = new Set<ChildProcess>();
  const start = (name: string, program: string, args: readonly string[]): ChildProcess => {
    const log = openSync(join(folder, `${name}.log`), 'a');
    // Ends with this process, however that ends.
    const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', program, ...args], {
      cwd: place.checkout,
      env: { ...process.env, ...env },
      stdio: ['ignore', log, log],
    });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  };
  const stop = async () => {
    for (const child of [...children].reverse()) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), patienceMilliseconds);
      await ended(child);
      clearTimeout(timer);
    }
  };
  const database = join(folder, 'temporal.db');
  const program = env['REHELM_TEMPORAL'] ?? 'temporal';
  const uiPort = await freePort();
  let temporal: ChildProcess | undefined;
  const startTemporal: Stack['startTemporal'] = async ({ emptied = false } = {}) => {
    if (emptied) for (const suffix of ['', '-wal', '-shm']) rmSync(`${database}${suffix}`, { force: true });
    const ports = ['--port', String(port), '--ui-port', String(uiPort)];
    temporal = start('temporal', program, ['server', 'start-dev', ...ports, '--db-filename', database, '--log-level', 'warn']);
    await soon('Temporal', 30, async () =>
      (await run(inside, program, ['operator', 'cluster', 'health', '--address', address], { mayFail: true })).exitCode === 0 ? true : undefined,
    );
    await rehelm(inside, ['setup']);
  };
  await startTemporal();
  let worker: ChildProcess | undefined;
  let workers = 0;
  return {
    place: inside,
    address,
    async startWorker() {
      // The program itself, not the shell script around it: a SIGKILL must hit the worker.
      worker = start(`worker-${++workers}`, process.execPath, [join(place.checkout, 'dist/src/cli/main.js'), 'worker']);
    },
    async killWorker() {
      if (!worker) throw new Error('no worker runs');
      worker.kill('SIGKILL');
      await ended(worker);
    },
    async killTemporal() {
      temporal?.kill('SIGKILL');
      if (temporal) await ended(temporal);
    },
    startTemporal,
    stop,
  };
}
