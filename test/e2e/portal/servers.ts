import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../support/free-port.js';
import { childrenOf, kill } from '../story/children.js';
import { startTemporal } from '../story/temporal-server.js';
import { type Place, rehelm, soon } from '../story/tools.js';
import { type Call, openGrpcProxy } from './grpc-proxy.js';

export type Victim = 'api' | 'temporal' | 'worker';

/** The call between API and Temporal at which somebody dies: when it is asked, or when it was answered and the API does not know yet. */
export interface Moment {
  readonly at: 'asked' | 'answered';
  readonly method: 'StartWorkflowExecution' | 'UpdateWorkflowExecution';
  /** What the request holds: a workflow's id, an update's name. */
  readonly mentions: readonly string[];
}

/** Temporal, a worker and the API, as users start them. The API reaches Temporal through a proxy of the test, the worker does not. */
export interface Servers {
  readonly place: Place;
  /** Of Temporal, without the proxy. */
  readonly address: string;
  /** URLs of the API and of Temporal's UI, and the API's first token. */
  readonly api: string;
  readonly ui: string;
  readonly token: string;
  killWorker(): Promise<void>;
  startWorker(): Promise<void>;
  /** SIGKILL to one at that moment, once, and a new one after it; resolves when the new one is well. */
  strike(victim: Victim, moment: Moment): Promise<void>;
  stop(): Promise<void>;
}

const subject = 'portal@example.com';
const mainFile = 'dist/src/cli/main.js';

interface Armed {
  readonly moment: Moment;
  readonly shoot: () => Promise<void>;
}

const fits = ({ method, mentions }: Moment, call: Call) => call.method === method && mentions.every((text) => call.body.includes(text));

/** Logs and Temporal's database go to `folder`. */
export async function startServers(place: Place, folder: string): Promise<Servers> {
  const [port, uiPort, apiPort, healthPort] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const address = `127.0.0.1:${port}`;
  const inside: Place = { ...place, env: { ...place.env, TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: 'default' } };
  const children = childrenOf(inside, folder);
  const accessFile = join(folder, 'access.yaml');
  rmSync(accessFile, { force: true });
  const token = (await rehelm(inside, ['token', '--first', accessFile, '--subject', subject])).stdout.trim();
  let armed: Armed | undefined;
  const proxy = await openGrpcProxy(address, {
    asked: async (call) => {
      if (armed?.moment.at !== 'asked' || !fits(armed.moment, call)) return;
      const { shoot } = armed;
      armed = undefined;
      await shoot();
    },
    answered: async (call) => {
      if (armed?.moment.at !== 'answered' || !fits(armed.moment, call)) return true;
      const { shoot } = armed;
      armed = undefined;
      await shoot();
      return false;
    },
  });

  const running = new Map<Victim, ChildProcess>();
  const starts: Readonly<Record<Victim, () => Promise<ChildProcess>>> = {
    temporal: () => startTemporal(inside, children, { port, uiPort, dbFile: join(folder, 'temporal.db') }),
    worker: async () => {
      const child = children.start('worker', process.execPath, [mainFile, 'worker'], { REHELM_HEALTH_PORT: String(healthPort) });
      await isReady(healthPort);
      return child;
    },
    api: async () => {
      const env = { TEMPORAL_ADDRESS: proxy.address, REHELM_ACCESS: accessFile };
      const child = children.start('api', process.execPath, [mainFile, 'api', '--port', String(apiPort)], env);
      await isReady(apiPort, '/healthz');
      return child;
    },
  };
  const start = async (who: Victim) => void running.set(who, await starts[who]());

  await start('temporal');
  await rehelm(inside, ['setup']);
  await Promise.all([start('worker'), start('api')]);
  return {
    place: inside,
    address,
    api: `http://127.0.0.1:${apiPort}`,
    ui: `http://127.0.0.1:${uiPort}`,
    token,
    killWorker: () => kill(running.get('worker')),
    startWorker: () => start('worker'),
    strike: (victim, moment) =>
      new Promise((back, failed) => {
        armed = {
          moment,
          shoot: async () => {
            await kill(running.get(victim));
            start(victim).then(back, failed);
          },
        };
      }),
    stop: async () => {
      await children.stop();
      await proxy.close();
    },
  };
}

async function isReady(port: number, path = '/readyz'): Promise<void> {
  await soon(`an answer at port ${port}`, 90, async () => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
    return answer?.ok ? true : undefined;
  });
}
