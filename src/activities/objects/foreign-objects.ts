import type { KubeReader } from '../../adapters/kube/kube.js';
import type { Act } from '../../model/act.js';
import type { KubeObject } from '../../model/kube-object.js';
import { madeByRun } from './made-by.js';

/** What people and products keep in a namespace. Kinds of CRDs are not among them: what matters of those has workloads, Secrets or claims. */
const kinds: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'StatefulSet'],
  ['apps/v1', 'DaemonSet'],
  ['apps/v1', 'ReplicaSet'],
  ['batch/v1', 'Job'],
  ['batch/v1', 'CronJob'],
  ['v1', 'Pod'],
  ['v1', 'PersistentVolumeClaim'],
  ['v1', 'Secret'],
  ['v1', 'ConfigMap'],
  ['v1', 'Service'],
  ['v1', 'ServiceAccount'],
  ['networking.k8s.io/v1', 'Ingress'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['rbac.authorization.k8s.io/v1', 'Role'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
];

/** What a cluster puts into every namespace by itself; the last two are OpenShift's and Istio's. */
const inEveryNamespace = new Set([
  'ServiceAccount default',
  'ConfigMap kube-root-ca.crt',
  'ConfigMap openshift-service-ca.crt',
  'ConfigMap istio-ca-root-cert',
]);

/** Names what a namespace holds that the run did not make: `Secret billing-db`. What is on its way out does not count. */
export async function foreignObjects(kube: KubeReader, namespace: string, act: Pick<Act, 'run'>): Promise<readonly string[]> {
  const found = await Promise.all(
    kinds.map(async ([apiVersion, kind]) => {
      const objects = await kube.list({ apiVersion, kind, namespace });
      return objects.filter((object) => isForeign({ ...object, apiVersion, kind }, act)).map(({ metadata }) => `${kind} ${metadata.name}`);
    }),
  );
  return found.flat();
}

function isForeign(object: KubeObject, act: Pick<Act, 'run'>): boolean {
  const { metadata, kind } = object;
  if (metadata.deletionTimestamp || madeByRun(object, act) || inEveryNamespace.has(`${kind} ${metadata.name}`)) return false;
  return !isServiceAccountToken(object) && !hasListedOwner(object);
}

/** Until 1.24 every ServiceAccount got one; it is looked at through its account. */
const isServiceAccountToken = (object: KubeObject): boolean => 'type' in object && object.type === 'kubernetes.io/service-account-token';

/** Its owner is looked at in its place; where the owner has gone, the garbage collector is on its way. */
const hasListedOwner = ({ metadata }: KubeObject): boolean =>
  metadata.ownerReferences?.some((owner) => kinds.some(([apiVersion, kind]) => owner.apiVersion === apiVersion && owner.kind === kind)) ?? false;
