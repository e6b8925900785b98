import type { Store } from './store.js';

/** The broker behind a URL with user and password: `http://user:password@rabbitmq:5672`. */
export const createQueueStore = ({ connectionString }: { readonly connectionString: string }): Store => {
  const url = new URL(connectionString);
  // fetch() refuses credentials inside a URL
  const headers = { authorization: `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}` };
  const send = async (method: string, path: string, body?: string): Promise<Response> => {
    const response = await fetch(new URL(path, url.origin), { method, headers, signal: AbortSignal.timeout(1000), ...(body === undefined ? {} : { body }) });
    if (response.status >= 400 && response.status !== 404) throw new Error(`the broker answered ${response.status}`);
    return response;
  };
  return {
    name: 'rabbitmq',
    check: async () => {
      await send('GET', '/messages');
    },
    count: async () => Number(await (await send('GET', '/messages')).text()),
    write: async ({ id, value }) => {
      await send('PUT', `/messages/${encodeURIComponent(id)}`, value);
    },
    has: async (id) => (await send('GET', `/messages/${encodeURIComponent(id)}`)).status === 200,
    close: async () => undefined,
  };
};
