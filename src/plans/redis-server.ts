import type { RedisServerRef } from '../model/database-refs.js';
import type { RedisKeysSpec } from '../model/schema/redis-keys.js';

export interface RedisPlace {
  /** Of a Service or a Secret that is named without one. */
  readonly namespace: string;
  /** The step that starts the server, where the run brings it. */
  readonly servedBy?: string;
}

/** Where steps find a Redis that a spec names. */
export function redisServer({ service, host, port, database, user, password, tls }: RedisKeysSpec, { namespace, servedBy }: RedisPlace): RedisServerRef {
  return {
    host: service ? `${service.name}.${service.namespace ?? namespace}.svc` : hostOf(host),
    ...{ port, database },
    ...(user !== undefined && { user }),
    ...(password && { password: { secretRef: { ...password.secretRef, namespace: password.secretRef.namespace ?? namespace } } }),
    ...(tls && { tls }),
    ...(servedBy !== undefined && { servedBy: { step: servedBy } }),
  };
}

function hostOf(host: string | undefined): string {
  if (host) return host;
  throw new TypeError('the schema demands a service or a host');
}
