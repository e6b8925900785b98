import { isIP } from 'node:net';
import { createClient, RESP_TYPES, type RedisArgument } from 'redis';
import type { RedisAddress } from '../../model/copier-redis.js';
import { describeInfo } from './describe-info.js';
import { toFailure } from './errors.js';
import { epochKey, type KeyNames, keepSeconds, type Moved, type Redis, type RedisFence, type RedisKey, type RedisServer } from './redis.js';
import { scripts } from './scripts.js';

/** In ms. Short, because whoever started us starts us again. */
const connectMs = 10_000;
const silentMs = 60_000;

/** Keys that a server looks at in one round: it answers others in between. */
const keysInRound = '1000';

/** Names of keys are bytes, and would be spoilt as text. */
const asBytes = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } };

function optionsOf({ host, port = 6379, database = 0, user, password, tls }: RedisAddress) {
  const socket = {
    ...{ host, port, connectTimeout: connectMs, socketTimeout: silentMs, reconnectStrategy: false as const },
    ...(tls && {
      tls: true as const,
      ...(isIP(host) === 0 && { servername: host }),
      ...(tls.ca !== undefined && { ca: tls.ca }),
      ...(tls.insecure && { rejectUnauthorized: false }),
    }),
  };
  const credentials = user === undefined ? password && { password } : { username: user, password: password ?? '' };
  // RESP 2: servers before 6.0 know no other.
  return { RESP: 2 as const, socket, database, disableOfflineQueue: true, disableClientInfo: true, ...(credentials && credentials) };
}

class DriverRedis implements Redis {
  readonly #client: ReturnType<typeof clientOf>;
  readonly #secrets: readonly string[];

  constructor(client: ReturnType<typeof clientOf>, secrets: readonly string[]) {
    this.#client = client;
    this.#secrets = secrets;
  }

  async #named<T>(doing: string, act: () => Promise<unknown>): Promise<T> {
    try {
      return (await act()) as T;
    } catch (error) {
      throw toFailure(error, doing, this.#secrets);
    }
  }

  #run<T>(script: keyof typeof scripts, { run, epoch }: RedisFence, keys: readonly RedisArgument[] = []): Promise<T> {
    const args = [epochKey(run), ...keys, String(epoch), String(keepSeconds * 1000)];
    return this.#named(script, () => this.#client.sendCommand(['EVAL', scripts[script], String(keys.length + 1), ...args]));
  }

  async describe(): Promise<RedisServer> {
    return describeInfo(await this.#named('INFO', () => this.#client.sendCommand(['INFO'])));
  }

  async scan(cursor: string, pattern: string | Buffer): Promise<{ readonly cursor: string; readonly keys: readonly RedisKey[] }> {
    const command = ['SCAN', cursor, 'MATCH', pattern, 'COUNT', keysInRound];
    const [next, keys] = await this.#named<[Buffer, RedisKey[]]>('SCAN', () => this.#client.sendCommand(command, asBytes));
    return { cursor: next.toString(), keys };
  }

  raiseEpoch(fence: RedisFence): Promise<number> {
    return this.#run('raiseEpoch', fence);
  }

  async epoch(run: string): Promise<number> {
    return Number((await this.#named<string | null>('GET', () => this.#client.sendCommand(['GET', epochKey(run)]))) ?? 0);
  }

  setAside(fence: RedisFence, { key, aside, newer }: KeyNames): Promise<Moved> {
    return this.#run('setAside', fence, [key, aside, newer]);
  }

  putBack(fence: RedisFence, { key, aside, newer }: KeyNames): Promise<Moved> {
    return this.#run('putBack', fence, [key, aside, newer]);
  }

  drop(fence: RedisFence, keys: readonly RedisKey[]): Promise<number | 'superseded'> {
    return this.#run('drop', fence, keys);
  }

  async forget(fence: RedisFence): Promise<void> {
    await this.#run('drop', fence, [epochKey(fence.run)]);
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }
}

function clientOf(address: RedisAddress) {
  const client = createClient(optionsOf(address));
  // Whatever is told here fails the command that waits, too.
  client.on('error', () => undefined);
  return client;
}

/** Connects and authenticates; a wrong password is WrongPassword, a server that can't be reached Unreachable. */
export async function connectRedis(address: RedisAddress): Promise<Redis> {
  const secrets = [address.password ?? ''];
  const client = clientOf(address);
  try {
    await client.connect();
  } catch (error) {
    throw toFailure(error, `connect to Redis at ${address.host}:${address.port ?? 6379}`, secrets);
  }
  return new DriverRedis(client, secrets);
}
