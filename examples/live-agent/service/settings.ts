import { type DatabaseAddress, readAddress } from '../../shared/database.js';

/** What the environment says: the chart's, but for LIVE_AGENT_VERSION, which comes with the image. */
export interface Settings {
  readonly role: string;
  readonly version: string;
  readonly port: number;
  readonly servedBy: string;
  readonly database: DatabaseAddress;
  readonly redis: { readonly host: string; readonly port: number; readonly password: string };
  /** The mounted volume with attachments. */
  readonly files: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function readSettings(env: Environment): Settings {
  const role = env['ROLE'] ?? 'app';
  const database = readAddress(env['DATABASE_ADDRESS'], 5432);
  const redis = readAddress(env['REDIS_ADDRESS'], 6379);
  return {
    role,
    version: env['LIVE_AGENT_VERSION'] ?? '4.44.0',
    port: Number(env['PORT'] ?? 3000),
    servedBy: `${role} ${env['HOSTNAME'] ?? '-'}`,
    database: {
      ...database,
      database: env['DATABASE'] ?? 'live_agent_production',
      user: env['DATABASE_USER'] ?? 'postgres',
      password: env['DATABASE_PASSWORD'] ?? '',
    },
    redis: { ...redis, password: env['REDIS_PASSWORD'] ?? '' },
    files: env['FILES'] ?? '/files',
  };
}
