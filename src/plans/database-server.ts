import type { PostgresServerRef } from '../model/database-refs.js';
import type { DatabaseServerSpec } from '../model/schema/database-server.js';

/** Where steps find a PostgreSQL server that a spec names. */
export function databaseServer({ service, address, admin: { user, secretRef }, tls }: DatabaseServerSpec): PostgresServerRef {
  const at = service ? { host: `${service.name}.${service.namespace}.svc`, port: service.port } : address;
  if (!at) throw new TypeError('the schema demands a service or an address');
  return { engine: 'postgresql', ...at, admin: { secretRef, ...(user !== undefined && { user }) }, ...(tls && { tls }) };
}
