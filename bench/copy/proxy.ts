import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresServer } from '../../src/model/postgres-facts.js';
import { freePort } from '../../test/support/free-port.js';

/** What lies between a program and a server, for each connection by itself. */
export interface Distance {
  readonly roundTripMs: number;
  readonly bytesPerSecond: number;
}

export interface Proxy {
  /** The server as it looks from afar. */
  before(name: string, server: PostgresServer, distance: Distance): Promise<PostgresServer>;
  stop(): Promise<void>;
}

/** Toxiproxy, whose program is at `program`: TCP in user space, since the kernel may have no netem. */
export async function startProxy(program: string): Promise<Proxy> {
  const port = await freePort();
  const child = spawn(program, ['-host', '127.0.0.1', '-port', String(port)], { stdio: 'ignore' });
  const ask = (path: string, body: object) => fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: JSON.stringify(body) });
  const make = async (path: string, body: object) => {
    const answer = await ask(path, body);
    if (!answer.ok) throw new Error(`toxiproxy: ${await answer.text()}`);
  };
  await untilUp(child, `http://127.0.0.1:${port}/version`);
  return {
    async before(name, server, { roundTripMs, bytesPerSecond }) {
      const listen = await freePort();
      await make('/proxies', { name, listen: `127.0.0.1:${listen}`, upstream: `${server.host}:${server.port}`, enabled: true });
      // Its rate is told in bytes a millisecond. The delay of the way back is the whole round trip's.
      for (const stream of ['upstream', 'downstream']) {
        await make(`/proxies/${name}/toxics`, { type: 'bandwidth', stream, attributes: { rate: Math.round(bytesPerSecond / 1000) } });
      }
      await make(`/proxies/${name}/toxics`, { type: 'latency', stream: 'downstream', attributes: { latency: roundTripMs } });
      return { ...server, port: listen };
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function untilUp(child: ChildProcess, address: string): Promise<void> {
  for (let attempt = 0; attempt < 100 && child.exitCode === null; attempt++) {
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error('toxiproxy did not start');
}
