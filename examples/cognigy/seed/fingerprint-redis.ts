import { createClient, RESP_TYPES } from 'redis';
import type { KeyStoreSettings } from '../service/key-store.js';
import { createSetHash, type SetFingerprint } from './fingerprint.js';

const batch = 500;

/**
 * Every key with its type, expiry and value. Not by DUMP: a hash or set that was loaded from disk may be dumped in another order than before, and DUMP ends
 * with the server's version.
 */
export const fingerprintRedis = async ({ host, port, password }: KeyStoreSettings): Promise<SetFingerprint> => {
  const client = createClient({ socket: { host, port }, password });
  await client.connect();
  const binary = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer, [RESP_TYPES.MAP]: Array });
  const readers: Readonly<Record<string, (key: Buffer) => Promise<unknown>>> = {
    string: (key) => binary.get(key),
    list: (key) => binary.lRange(key, 0, -1),
    set: async (key) => (await binary.sMembers(key)).map(hex).sort(),
    hash: async (key) => inPairs(await binary.sendCommand<readonly Buffer[]>(['HGETALL', key])).sort(),
    zset: (key) => binary.sendCommand(['ZRANGE', key, '0', '-1', 'WITHSCORES']),
    stream: (key) => binary.sendCommand(['XRANGE', key, '-', '+']),
  };
  const describeKey = async (key: Buffer): Promise<string> => {
    const [type, expiry] = await Promise.all([client.type(key), client.pExpireTime(key)]);
    const read = readers[type];
    if (!read) throw new Error(`no reader for keys of type ${type}`);
    return JSON.stringify([hex(key), type, expiry, await read(key)], (_, value) => (value instanceof Uint8Array ? hex(value) : value));
  };
  const hash = createSetHash();
  const keys = await binary.keys('*');
  for (let from = 0; from < keys.length; from += batch) {
    for (const description of await Promise.all(keys.slice(from, from + batch).map(describeKey))) hash.add(description);
  }
  await client.close();
  return hash.result();
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const inPairs = (flat: readonly Buffer[]): string[] =>
  flat.filter((_, index) => index % 2 === 0).map((field, index) => `${hex(field)}=${hex(flat[index * 2 + 1]!)}`);
