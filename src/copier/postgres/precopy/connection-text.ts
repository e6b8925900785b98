import { connectionString } from '../../../adapters/postgres/session.js';
import type { PostgresServer } from '../../../model/postgres-facts.js';

/** Where the target's server finds the source, as libpq takes it. It has no file with our authorities: encrypted is what it can be, not verified. */
export function connectionText(
  { host, port = 5432, tls }: PostgresServer,
  database: string,
  user: { readonly name: string; readonly password: string },
): string {
  return connectionString({
    ...{ host, port: String(port), dbname: database, user: user.name, password: user.password },
    ...{ connect_timeout: '10', keepalives_idle: '30', ...(tls && { sslmode: 'require' }) },
  });
}
