import { type DatabaseAddress, readAddress } from '../../shared/database.js';

/** What the environment says: the chart's, but for SSO_VERSION, which comes with the image. */
export interface Settings {
  readonly version: string;
  readonly port: number;
  readonly servedBy: string;
  readonly database: DatabaseAddress;
  /** Made in a database without users. */
  readonly admin: { readonly user: string; readonly password: string };
}

export const readSettings = (env: Readonly<Record<string, string | undefined>>): Settings => ({
  version: env['SSO_VERSION'] ?? '2.0.0',
  port: Number(env['PORT'] ?? 8080),
  servedBy: env['HOSTNAME'] ?? '-',
  database: {
    ...readAddress(env['DATABASE_ADDRESS'], 5432),
    database: env['DATABASE'] ?? 'keycloak',
    user: env['DATABASE_USER'] ?? 'keycloak',
    password: env['DATABASE_PASSWORD'] ?? '',
  },
  admin: { user: env['ADMIN_USER'] ?? 'admin', password: env['ADMIN_PASSWORD'] ?? '' },
});
