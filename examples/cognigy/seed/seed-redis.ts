import { createClient } from 'redis';
import type { KeyStoreSettings } from '../service/key-store.js';
import { createRandom, textOf } from './random.js';

const batch = 500;
const farAway = Date.UTC(2099, 11, 31);

/** Writes `keys` keys, in turn of every type Redis has without modules; every eleventh with a far expiry. */
export const seedRedis = async ({ host, port, password }: KeyStoreSettings, keys: number): Promise<{ readonly keys: number }> => {
  const client = createClient({ socket: { host, port }, password });
  await client.connect();
  const writers: readonly ((key: string, number: number) => Promise<unknown>)[] = [
    (key, number) => client.set(key, textOf(createRandom(number), 20 + (number % 200))),
    (key, number) => client.set(key, createRandom(number).bytes(64)),
    (key, number) => client.rPush(key, ['first', 'second', `${number}`, 'first']),
    (key, number) => client.sAdd(key, ['red', 'green', `${number}`]),
    (key, number) => client.hSet(key, { name: `contact ${number}`, channel: 'webchat', empty: '' }),
    (key, number) =>
      client.zAdd(key, [
        { score: number, value: 'number' },
        { score: -0.5, value: 'half' },
      ]),
    (key, number) => client.xAdd(key, `${number + 1}-0`, { event: 'step', number: `${number}` }),
    (key, number) => client.setBit(key, number % 512, 1),
    (key, number) => client.pfAdd(key, ['a', 'b', `${number}`]),
  ];
  const write = async (number: number): Promise<void> => {
    const key = `seed:${number}`;
    await client.del(key);
    await writers[number % writers.length]!(key, number);
    if (number % 11 === 0) await client.pExpireAt(key, farAway);
  };
  for (let from = 0; from < keys; from += batch) {
    await Promise.all(Array.from({ length: Math.min(batch, keys - from) }, (_, offset) => write(from + offset)));
  }
  await client.close();
  return { keys };
};
