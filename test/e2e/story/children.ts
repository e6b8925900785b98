import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from './tools.js';

/** Programs that a story starts; none outlives it. */
export interface Children {
  /** Its output goes to NAME.log. */
  start(name: string, program: string, args: readonly string[], env?: Place['env']): ChildProcess;
  /** SIGTERM to each, the last started first; SIGKILL to who does not end. */
  stop(): Promise<void>;
}

/** A worker may be in the middle of a helm call. */
const patienceMilliseconds = 40_000;

export const ended = (child: ChildProcess) =>
  new Promise<void>((done) => (child.exitCode !== null || child.signalCode !== null ? done() : child.once('exit', () => done())));

/** SIGKILL: nothing is cleaned up, nobody is told. */
export async function kill(child: ChildProcess | undefined): Promise<void> {
  if (!child) throw new Error('it does not run');
  child.kill('SIGKILL');
  await ended(child);
}

/** Logs go to `folder`. */
export function childrenOf({ checkout, env }: Place, folder: string): Children {
  mkdirSync(folder, { recursive: true });
  const children = new Set<ChildProcess>();
  return {
    start(name, program, args, more = {}) {
      const log = openSync(join(folder, `${name}.log`), 'a');
      // Ends with this process, however that ends.
      const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--', program, ...args], {
        cwd: checkout,
        env: { ...process.env, ...env, ...more },
        stdio: ['ignore', log, log],
      });
      children.add(child);
      child.once('exit', () => children.delete(child));
      return child;
    },
    async stop() {
      for (const child of [...children].reverse()) {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), patienceMilliseconds);
        await ended(child);
        clearTimeout(timer);
      }
    },
  };
}
