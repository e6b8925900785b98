import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Place } from '../e2e/story/tools.js';

/** The real worker, one at a time. */
export interface Workers {
  /** Programs that a SIGKILL ended. */
  readonly kills: number;
  /** Unless one runs. */
  start(): void;
  /** SIGKILL: no last word. The next one is there at once. */
  replace(): Promise<void>;
  stop(): Promise<void>;
}

export interface WorkersOptions {
  readonly place: Place;
  /** Leads through the proxy. */
  readonly kubeconfig: string;
  readonly folder: string;
}

/** Of the same compiled code as this file, which stays what it is while somebody compiles the checkout. */
export const rehelmMain = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));
const naming = new URL('name-requests.js', import.meta.url).href;

/** Workers whose requests say for which step they are made, and whose death is noticed after two seconds. They end with this process, however that ends. */
export function createWorkers({ place, kubeconfig, folder }: WorkersOptions): Workers {
  const log = openSync(join(folder, 'workers.log'), 'a');
  let worker: ChildProcess | undefined;
  let kills = 0;

  const lives = () => worker !== undefined && worker.exitCode === null && worker.signalCode === null;
  const start = () => {
    if (lives()) return;
    worker = spawn('setpriv', ['--pdeathsig', 'KILL', '--', process.execPath, rehelmMain, 'worker'], {
      cwd: place.checkout,
      stdio: ['ignore', log, log],
      env: { ...place.env, KUBECONFIG: kubeconfig, NODE_OPTIONS: `--import=${naming}`, REHELM_HEARTBEAT_TIMEOUT_SECONDS: '2' },
    });
  };
  const kill = async () => {
    if (!worker || !lives()) throw new Error(`the worker ended by itself: see ${folder}/workers.log`);
    const ended = once(worker, 'exit');
    worker.kill('SIGKILL');
    await ended;
  };

  return {
    get kills() {
      return kills;
    },
    start,
    replace: async () => {
      await kill();
      kills += 1;
      start();
    },
    stop: async () => {
      await kill().catch(() => undefined);
      closeSync(log);
    },
  };
}
