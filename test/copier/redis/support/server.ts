import { spawn } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import type { RedisAddress } from '../../../../src/model/copier-redis.js';
import { freePort } from '../../../support/free-port.js';
import { scratchFolder } from '../../../support/scratch-folder.js';

const program = process.env['REHELM_REDIS'];
const isThere = program !== undefined && existsSync(program);

/** `describe` where the server is there; elsewhere a skipped suite and a line nobody overlooks. */
export function describeWithRedis(): jest.Describe | typeof describe.skip {
  if (isThere) return describe;
  process.stderr.write('\nSKIPPED: no Redis; set REHELM_REDIS to what `bin/lab tools --print redis-server` names.\n\n');
  return describe.skip;
}

export interface RedisUnderTest {
  readonly at: Required<Pick<RedisAddress, 'host' | 'port'>> & RedisAddress;
  /** As whom it was started for, in database 0. */
  send(...command: readonly (string | Buffer)[]): Promise<unknown>;
  stop(): Promise<void>;
}

/** Unpacked beside the program, not installed. */
function environment(binary: string): NodeJS.ProcessEnv {
  const libraries = join(dirname(binary), '../lib');
  return {
    ...process.env,
    LD_LIBRARY_PATH: readdirSync(libraries)
      .map((folder) => join(libraries, folder))
      .join(':'),
  };
}

async function connected(at: RedisUnderTest['at'], tls: boolean) {
  for (let attempt = 0; ; attempt++) {
    const { host, port, user, password } = at;
    const socket = { host, port, reconnectStrategy: false as const, ...(tls && { tls: true as const, rejectUnauthorized: false }) };
    const client = createClient({ RESP: 2, socket, ...(user !== undefined && { username: user }), ...(password !== undefined && { password }) });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (attempt === 200) throw error;
      await sleep(25);
    }
  }
}

export interface RedisStart {
  /** As in a redis.conf, one string each: `maxmemory 1mb`. */
  readonly config?: readonly string[];
  readonly user?: string;
  readonly password?: string;
  /** No server of keys, but one that watches such. */
  readonly sentinel?: boolean;
  /** It listens with TLS only. */
  readonly tls?: boolean;
}

/** A server of its own on a free port of loopback, without snapshots, in a folder that goes with this process. */
export async function startRedis({ config = [], user, password, tls = false, sentinel = false }: RedisStart = {}): Promise<RedisUnderTest> {
  const at = { host: '127.0.0.1', port: await freePort(), ...(user !== undefined && { user }), ...(password !== undefined && { password }) };
  const folder = scratchFolder('redis');
  const listen = tls ? ['port 0', `tls-port ${at.port}`, 'tls-auth-clients no'] : [`port ${at.port}`];
  const file = join(folder, 'redis.conf');
  writeFileSync(file, `${[...listen, 'bind 127.0.0.1', `dir ${folder}`, ...(sentinel ? [] : ['save ""']), ...config].join('\n')}\n`);
  const child = spawn(String(program), [file, ...(sentinel ? ['--sentinel'] : [])], { env: environment(String(program)), stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const client = await connected(at, tls);
  return {
    at,
    send: (...command) => client.sendCommand([...command]),
    async stop() {
      client.destroy();
      child.kill('SIGKILL');
      await ended;
    },
  };
}
