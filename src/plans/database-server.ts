import type { DatabaseServerRef, PostgresServerRef } from '../model/database-refs.js';
import type { DatabaseServerSpec, PostgresServerSpec } from '../model/schema/database-server.js';

type At = DatabaseServerSpec['at'];

/** Where steps find a server that a spec names. */
export function databaseServer(spec: PostgresServerSpec): PostgresServerRef;
export function databaseServer(spec: DatabaseServerSpec): DatabaseServerRef;
export function databaseServer({ engine, at }: DatabaseServerSpec): DatabaseServerRef {
  const tls = at.tls && { tls: at.tls };
  if (engine === 'mongodb') return { engine, host: `${hostOf(at)}:${at.port}`, admin: at.admin, ...tls };
  const { user, secretRef } = at.admin;
  return { engine, host: hostOf(at), port: at.port, admin: { secretRef, ...(user !== undefined && { user }) }, ...tls };
}

/** What no other run may touch meanwhile. One that drills the namespace of the server stays away, too. */
export const databaseLock = ({ at }: DatabaseServerSpec, database: string): string =>
  `database/${at.service?.namespace ?? '-'}/${hostOf(at)}:${at.port}/${database}`;

/** Whatever certificate it shows is taken. */
export const isInsecure = ({ at }: DatabaseServerSpec): boolean => at.tls !== undefined && 'insecure' in at.tls;

/** As people say it: `data/postgres`, `pg.example.com:5433`. */
export const showServer = ({ at }: DatabaseServerSpec): string => (at.service ? `${at.service.namespace}/${at.service.name}` : `${hostOf(at)}:${at.port}`);

function hostOf({ service, host }: At): string {
  if (service) return `${service.name}.${service.namespace}.svc`;
  if (host) return host;
  throw new TypeError('the schema demands a service or a host');
}
