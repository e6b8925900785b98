import { createClient } from 'redis';
import type { Store } from './store.js';

export type KeyStoreSettings = { readonly name: string; readonly host: string; readonly port: number; readonly password: string };

const itemsKey = 'items';

/** Keys in Redis. Connects in the background and again whenever the server comes back. */
export const createKeyStore = ({ name, host, port, password }: KeyStoreSettings): Store => {
  const client = createClient({ socket: { host, port, connectTimeout: 1000, reconnectStrategy: () => 200 }, password, disableOfflineQueue: true });
  let lastError = 'not connected yet';
  client.on('error', (error: Error) => {
    lastError = error.message;
  });
  client.connect().catch(() => undefined); // told by check(): every failure also arrives as an 'error' event
  const connected = () => {
    if (!client.isReady) throw new Error(lastError);
    return client;
  };
  return {
    name,
    check: async () => {
      await connected().get('health');
    },
    count: async () => connected().dbSize(),
    write: async ({ id, value }) => {
      await connected().hSet(itemsKey, id, value);
    },
    has: async (id) => (await connected().hExists(itemsKey, id)) === 1,
    close: async () => client.destroy(),
  };
};
