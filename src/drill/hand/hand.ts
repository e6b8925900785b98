import { failure } from '../../errors.js';
import type { Routes } from '../wire.js';
import { type NodeProcess, processesOf, stillThere } from './processes.js';

/** What a hand is asked. Only processes that it has seen before, by pid and start time, get a signal. */
export interface SignalRequest {
  readonly container: string;
  readonly processes: readonly NodeProcess[];
  readonly signal: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT';
  /** The hand itself takes a stop back after this time, whoever is alive. */
  readonly backAfterSeconds?: number;
}

/**
 * Sends signals on the node, from outside the container's pid namespace: inside, PID 1 ignores SIGKILL and SIGSTOP.
 * Its own timer is the last one to take a stop back, when driver and guard are both gone.
 */
export function hand(kill: (pid: number, signal: NodeJS.Signals) => void = process.kill, look = processesOf): Routes {
  async function send({ container, processes, signal }: SignalRequest): Promise<readonly NodeProcess[]> {
    for (const { pid } of stillThere(processes, await look(container))) sendOne(kill, pid, signal);
    return look(container);
  }

  return {
    async ping() {},
    async processes(body) {
      const { container } = body as { readonly container: string };
      if (!/^[0-9a-f]{64}$/.test(container)) throw failure('Invalid', 'a container is named by its 64 hex digits');
      return look(container);
    },
    async signal(body) {
      const request = body as SignalRequest;
      if (request.signal === 'SIGSTOP' && request.backAfterSeconds !== undefined)
        setTimeout(() => void send({ ...request, signal: 'SIGCONT' }), request.backAfterSeconds * 1000).unref();
      return send(request);
    },
  };
}

function sendOne(kill: (pid: number, signal: NodeJS.Signals) => void, pid: number, signal: NodeJS.Signals): void {
  try {
    kill(pid, signal);
  } catch (error) {
    // It ended in between.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
