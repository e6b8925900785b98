import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { run } from '../adapters/process/run.js';
import { attributes } from '../model/search-attributes.js';

export interface DevServerOptions {
  /** The temporal program. */
  readonly program: string;
  readonly port: number;
  /** SQLite; made where it is not there. */
  readonly dbFile: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface DevServer {
  readonly address: string;
  /** Rejects when the server ends by itself, with its last words. Never resolves. */
  readonly failed: Promise<never>;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
}

const maxTries = 300;
const waitMilliseconds = 100;

/** Temporal on this machine, for a trial: one process that ends with ours, one file. Answers when it is up. */
export async function startDevServer({ program, port, dbFile, env }: DevServerOptions): Promise<DevServer> {
  const address = `127.0.0.1:${port}`;
  const stopping = new AbortController();
  const args = ['server', 'start-dev', '--port', String(port), '--db-filename', dbFile, '--log-level', 'error', ...searchAttributeArgs()];
  const ended = run({ command: program, args, env: passed(env), signal: stopping.signal, graceSeconds: 10 });
  const failed = ended.then(({ stderr, startError }) => {
    throw new Error(`Temporal ended: ${startError ?? (stderr.trim().split('\n').at(-1) || 'it gave no reason')}`);
  });
  failed.catch(() => undefined);
  const server = {
    address,
    failed,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
  try {
    await Promise.race([untilUp(address), failed]);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

const searchAttributeArgs = () =>
  Object.values(attributes).flatMap(({ name, type }) => ['--search-attribute', `${name}=${type === 'KEYWORD' ? 'Keyword' : 'KeywordList'}`]);

const passed = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(['HOME', 'PATH', 'TMPDIR'].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));

async function untilUp(address: string): Promise<void> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const connection = await Connection.connect({ address, connectTimeout: '1 second' }).catch(() => undefined);
    if (connection) return connection.close();
    await sleep(waitMilliseconds);
  }
  throw new Error(`Temporal did not come up at ${address}`);
}
