import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.js';
import { childrenOf, kill } from './children.js';
import { startTemporal } from './temporal-server.js';
import { type Place, rehelm } from './tools.js';

/** A Temporal of its own and workers that can be killed. */
export interface Stack {
  readonly place: Place;
  readonly address: string;
  startWorker(): Promise<void>;
  /** Of the worker that was started last. */
  workerPid(): number;
  /** SIGKILL: nothing is cleaned up, nobody is told. */
  killWorker(): Promise<void>;
  /** SIGKILL. */
  killTemporal(): Promise<void>;
  /** On its file and its address as before; `emptied` takes the file away first. */
  startTemporal(how?: { readonly emptied?: boolean }): Promise<void>;
  stop(): Promise<void>;
}

/** Starts Temporal on a file, registers the search attributes, starts no worker yet. Logs go to `folder`. */
export async function startStack(place: Place, folder: string): Promise<Stack> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const inside: Place = { ...place, env: { ...place.env, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: 'default' } };
  const children = childrenOf(inside, folder);
  const server = { port, uiPort: await freePort(), dbFile: join(folder, 'temporal.db') };
  let temporal: ChildProcess | undefined;
  const start: Stack['startTemporal'] = async ({ emptied = false } = {}) => {
    if (emptied) for (const suffix of ['', '-wal', '-shm']) rmSync(`${server.dbFile}${suffix}`, { force: true });
    temporal = await startTemporal(inside, children, server);
    await rehelm(inside, ['setup']);
  };
  await start();
  let worker: ChildProcess | undefined;
  let workers = 0;
  return {
    place: inside,
    address,
    async startWorker() {
      // The program itself, not the shell script around it: a SIGKILL must hit the worker.
      worker = children.start(`worker-${++workers}`, process.execPath, [join(place.checkout, 'dist/src/cli/main.js'), 'worker']);
    },
    workerPid: () => worker?.pid ?? 0,
    killWorker: () => kill(worker),
    killTemporal: () => kill(temporal),
    startTemporal: start,
    stop: () => children.stop(),
  };
}
