import type { KubeReader } from '../../adapters/kube/kube.js';
import type { DatabaseServerRef } from '../../model/database-refs.js';
import type { ObjectRef } from '../../model/refs.js';

/** Has helm taken its own server away again, and what the run did on it? Never true of a server that is not helm's own: one that is not reached may come back. */
export async function isTakenAway(kube: KubeReader, server: DatabaseServerRef): Promise<boolean> {
  if (server.engine !== 'postgresql' || !server.ofHelm) return false;
  const services = await Promise.all(server.host.split(',').map((host) => kube.get(serviceOf(host))));
  return services.every((service) => service === undefined);
}

/** `db-0.db.iam.svc` is reached by way of Service iam/db. */
function serviceOf(host: string): ObjectRef {
  const [namespace = '', name = ''] = host
    .replace(/\.svc(\..*)?$/, '')
    .split('.')
    .toReversed();
  return { apiVersion: 'v1', kind: 'Service', namespace, name };
}
