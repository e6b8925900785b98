import type { KeyStoreSettings } from './key-store.js';

/** What the environment says. A store is used if its variable is there. */
export type Settings = {
  readonly role: string;
  readonly name: string;
  readonly port: number;
  /** Name and pod: the header that tells a client which side of a move answered. */
  readonly servedBy: string;
  readonly mongodb?: { readonly connectionString: string };
  readonly redis: readonly KeyStoreSettings[];
  readonly volumes: readonly { readonly directory: string }[];
  readonly queue?: { readonly connectionString: string };
};

type Environment = Readonly<Record<string, string | undefined>>;

export const readSettings = (env: Environment): Settings => {
  const name = env['SERVICE_NAME'] ?? 'service';
  return {
    role: env['ROLE'] ?? 'service',
    name,
    port: Number(env['PORT'] ?? 8080),
    servedBy: `${name} ${env['POD_NAMESPACE'] ?? '-'}/${env['HOSTNAME'] ?? '-'}`,
    ...(env['MONGODB_URI'] ? { mongodb: { connectionString: env['MONGODB_URI'] } } : {}),
    redis: [...readRedis(env, 'REDIS', 'redis'), ...readRedis(env, 'REDIS_PERSISTENT', 'redis-persistent')],
    volumes: (env['VOLUMES'] ?? '')
      .split(',')
      .filter((directory) => directory !== '')
      .map((directory) => ({ directory })),
    ...(env['QUEUE_URI'] ? { queue: { connectionString: env['QUEUE_URI'] } } : {}),
  };
};

/** Not `…_PORT`: Kubernetes itself puts a REDIS_PORT of the form tcp://… into every pod beside a Service called redis. */
const readRedis = (env: Environment, prefix: string, name: string): readonly KeyStoreSettings[] => {
  const [host, port] = (env[`${prefix}_ADDRESS`] ?? '').split(':');
  return host ? [{ name, host, port: Number(port ?? 6379), password: env[`${prefix}_PASSWORD`] ?? '' }] : [];
};
