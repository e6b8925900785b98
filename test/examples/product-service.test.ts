import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createProductService } from '../../examples/cognigy/service/product-service.js';
import { createProxy, routeOf } from '../../examples/cognigy/service/proxy.js';
import { createQueue } from '../../examples/cognigy/service/queue.js';
import { createQueueStore } from '../../examples/cognigy/service/queue-store.js';
import { answerCalls } from '../../examples/cognigy/service/serve.js';
import { readSettings } from '../../examples/cognigy/service/settings.js';
import type { Item, Store } from '../../examples/cognigy/service/store.js';

const fakeStore = (name: string, changes: Partial<Store> = {}): Store & { readonly items: Item[] } => {
  const items: Item[] = [];
  const store: Store = {
    name,
    check: async () => undefined,
    count: async () => items.length,
    write: async (item) => {
      items.push(item);
    },
    has: async (id) => items.some((item) => item.id === id),
    close: async () => undefined,
  };
  return { ...store, ...changes, items };
};

const gone = async () => Promise.reject(new Error('connection refused'));
const serviceOf = (...stores: Store[]) => createProductService({ name: 'service-x', version: '4.41.2', stores, timeoutMilliseconds: 20 });
const get = (path: string) => ({ method: 'GET', path, search: '', body: '' });
const post = (body: unknown) => ({ method: 'POST', path: '/items', search: '', body: typeof body === 'string' ? body : JSON.stringify(body) });

describe('a service', () => {
  it('is healthy if everything it needs is', async () => {
    expect(await serviceOf(fakeStore('mongodb'), fakeStore('redis'))(get('/healthz'))).toEqual({ status: 200, body: { mongodb: 'ok', redis: 'ok' } });
  });

  it('is not healthy, and says why, if one thing is gone or silent', async () => {
    const silent = () => new Promise<never>(() => undefined);
    const answer = await serviceOf(fakeStore('mongodb', { check: gone }), fakeStore('redis', { check: silent }), fakeStore('functions'))(get('/healthz'));
    expect(answer).toEqual({ status: 503, body: { mongodb: 'connection refused', redis: 'no answer within 20 ms', functions: 'ok' } });
  });

  it('writes nothing when it is looked at', async () => {
    const store = fakeStore('mongodb');
    const service = serviceOf(store);
    for (const path of ['/healthz', '/', '/items/a']) await service(get(path));
    expect(store.items).toEqual([]);
  });

  it('acknowledges an item when all its stores have it, and finds it again', async () => {
    const service = serviceOf(fakeStore('mongodb'), fakeStore('redis'));
    expect((await service(post({ id: 'a/1', value: 'x' }))).status).toBe(201);
    expect(await service(get('/items/a%2F1'))).toEqual({ status: 200, body: { id: 'a/1', found: { mongodb: true, redis: true } } });
    expect((await service(get('/items/b'))).status).toBe(404);
  });

  it('does not acknowledge an item that one store did not take', async () => {
    const answer = await serviceOf(fakeStore('mongodb'), fakeStore('redis', { write: gone }))(post({ id: 'a', value: 'x' }));
    expect(answer).toEqual({ status: 503, body: { id: 'a', acknowledged: false, written: { mongodb: true, redis: 'connection refused' } } });
  });

  it('refuses what is no item, and routes it does not have', async () => {
    const service = serviceOf(fakeStore('mongodb'));
    for (const body of ['', 'nonsense', 'null', {}, { id: '', value: 'x' }, { id: 1, value: 'x' }]) expect((await service(post(body))).status).toBe(400);
    expect((await service(get('/elsewhere'))).status).toBe(404);
  });

  it('shows its name, version and counts', async () => {
    expect(await serviceOf(fakeStore('mongodb'))(get('/'))).toEqual({ status: 200, body: { name: 'service-x', version: '4.41.2', counts: { mongodb: 0 } } });
  });
});

describe('the settings', () => {
  it('open a store for what the environment names, and not for the variables Kubernetes puts beside a Service called redis', () => {
    expect(readSettings({ REDIS_PORT: 'tcp://10.0.0.1:6379', REDIS_SERVICE_HOST: '10.0.0.1' }).redis).toEqual([]);
    const { redis, volumes } = readSettings({ REDIS_PERSISTENT_ADDRESS: 'redis-persistent:6379', REDIS_PERSISTENT_PASSWORD: 'p', VOLUMES: '/data/functions' });
    expect(redis).toEqual([{ name: 'redis-persistent', host: 'redis-persistent', port: 6379, password: 'p' }]);
    expect(volumes).toEqual([{ directory: '/data/functions' }]);
  });
});

const listening = async <T>(listener: RequestListener, use: (port: number) => Promise<T>): Promise<T> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
};

describe('the proxy', () => {
  it('routes by the first part of the path', () => {
    expect(routeOf('/service-ai/healthz?x=1')).toEqual({ host: 'service-ai', path: '/healthz?x=1' });
    expect(routeOf('/service-ai')).toEqual({ host: 'service-ai', path: '/' });
    expect(routeOf('/healthz')).toEqual({ host: 'service-api', path: '/healthz' });
    expect(routeOf('/')).toEqual({ host: 'service-ui', path: '/' });
    expect(routeOf('/other/service-ai')).toEqual({ host: 'service-ui', path: '/other/service-ai' });
  });

  it('passes on method, body, status and who answered', async () => {
    const upstream = answerCalls('service-ai default/pod', async (call) => ({ status: 201, body: call }));
    await listening(upstream, (port) =>
      listening(createProxy({ servedBy: 'traefik', addressOf: () => ({ host: '127.0.0.1', port }) }), async (front) => {
        const response = await fetch(`http://127.0.0.1:${front}/service-ai/items?at=once`, { method: 'POST', body: 'hello' });
        expect([response.status, response.headers.get('x-served-by'), await response.json()]).toEqual([
          201,
          'service-ai default/pod',
          { method: 'POST', path: '/items', search: '?at=once', body: 'hello' },
        ]);
      }),
    );
  });

  it('answers 503 when nobody is behind it, 502 when who is there hangs up, and is well itself', async () => {
    const unused = await listening(
      () => undefined,
      async (port) => port,
    );
    await listening(
      (request) => request.socket.destroy(),
      (broken) =>
        listening(
          createProxy({ servedBy: 'traefik', addressOf: (host) => ({ host: '127.0.0.1', port: host === 'service-ai' ? broken : unused }) }),
          async (front) => {
            const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${front}${path}`)).status;
            expect([await statusOf('/healthz'), await statusOf('/service-ai/'), await statusOf('/ping')]).toEqual([503, 502, 200]);
          },
        ),
    );
  });
});

describe('the queue', () => {
  it('keeps messages for who knows the password, and only for them', async () => {
    await listening(createQueue({ servedBy: 'rabbitmq', user: 'cognigy', password: 'secret' }), async (port) => {
      const store = createQueueStore({ connectionString: `http://cognigy:secret@127.0.0.1:${port}` });
      await store.check();
      await store.write({ id: 'a/1', value: 'x' });
      await store.write({ id: 'a/1', value: 'x' });
      expect([await store.count(), await store.has('a/1'), await store.has('b')]).toEqual([1, true, false]);
      await expect(createQueueStore({ connectionString: `http://cognigy:wrong@127.0.0.1:${port}` }).check()).rejects.toThrow('401');
      expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    });
  });
});
