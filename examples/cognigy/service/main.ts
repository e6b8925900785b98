import { answerCalls, serve } from './serve.js';
import { readSettings, type Settings } from './settings.js';
import type { Store } from './store.js';
import { version } from './version.js';

/**
 * The one program behind every pod of the example product; ROLE says which part it plays. Drivers are imported only where they are used: a proxy without them
 * starts sooner and needs less memory.
 */
const roles: Readonly<Record<string, (settings: Settings) => Promise<void>>> = {
  service: async (settings) => {
    const { createProductService } = await import('./product-service.js');
    const stores = await openStores(settings);
    const handle = createProductService({ name: settings.name, version, stores, timeoutMilliseconds: 1500 });
    serve({ port: settings.port, listener: answerCalls(settings.servedBy, handle), close: () => Promise.all(stores.map((store) => store.close())) });
  },
  proxy: async ({ port, servedBy }) => {
    const { createProxy } = await import('./proxy.js');
    serve({ port, listener: createProxy({ servedBy, addressOf: (host) => ({ host, port: 8080 }) }), close: async () => undefined });
  },
  queue: async ({ port, servedBy, queue }) => {
    const { createQueue } = await import('./queue.js');
    const { username, password } = new URL(queue?.connectionString ?? 'http://nobody:nothing@rabbitmq');
    serve({ port, listener: createQueue({ servedBy, user: username, password }), close: async () => undefined });
  },
  housekeeping: async () => {
    const response = await fetch('http://service-task-manager:8080/healthz', { signal: AbortSignal.timeout(5000) });
    console.log(`service-task-manager answers ${response.status}`);
    if (!response.ok) process.exitCode = 1;
  },
  seed: async () => (await import('../seed/commands.js')).runSeed(process.env),
  fingerprint: async () => (await import('../seed/commands.js')).runFingerprint(process.env),
};

const openStores = async ({ mongodb, redis, volumes, queue }: Settings): Promise<readonly Store[]> => [
  ...(mongodb ? [(await import('./document-store.js')).createDocumentStore(mongodb)] : []),
  ...(redis.length > 0 ? await import('./key-store.js').then(({ createKeyStore }) => redis.map(createKeyStore)) : []),
  ...(volumes.length > 0 ? await import('./file-store.js').then(({ createFileStore }) => volumes.map(createFileStore)) : []),
  ...(queue ? [(await import('./queue-store.js')).createQueueStore(queue)] : []),
];

const settings = readSettings(process.env);
const role = roles[settings.role];
if (role) {
  role(settings).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
} else {
  console.error(`ROLE=${settings.role}: one of ${Object.keys(roles).join(', ')}`);
  process.exit(2);
}
