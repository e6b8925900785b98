import type { KubeReader } from '../../adapters/kube/kube.js';
import type { KubeObject, PersistentVolumeClaim, Workload } from '../../model/kube-object.js';
import type { WorkloadRef } from '../../model/refs.js';

/** A StatefulSet, as far as its claims' names go. */
export type Templated = KubeObject & { readonly spec?: { readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[] } };

/** Has the StatefulSet made a claim of this name by one of its templates, or would it? */
export const isClaimOf = (claim: string, { metadata, spec }: Templated): boolean =>
  (spec?.volumeClaimTemplates ?? []).some((template) => {
    const prefix = `${template.metadata.name}-${metadata.name}-`;
    return claim.startsWith(prefix) && /^\d+$/.test(claim.slice(prefix.length));
  });

type WithTemplates = Workload & { readonly spec: { readonly volumeClaimTemplates?: readonly PersistentVolumeClaim[] } };

/** The claims that the workloads' pods mount, whole, as far as they are bound to a volume. */
export async function claimsOfWorkloads(kube: KubeReader, refs: readonly WorkloadRef[]): Promise<readonly PersistentVolumeClaim[]> {
  const found = await Promise.all([...Map.groupBy(refs, ({ namespace }) => namespace)].map(([namespace, each]) => claimsIn(kube, namespace, each)));
  return found.flat();
}

async function claimsIn(kube: KubeReader, namespace: string, refs: readonly WorkloadRef[]): Promise<readonly PersistentVolumeClaim[]> {
  const mounts = (await Promise.all(refs.map((ref) => kube.get<WithTemplates>(ref)))).map((workload) => (workload ? mountedBy(workload) : () => false));
  const claims = await kube.list<PersistentVolumeClaim>({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace });
  return claims.filter(({ metadata: { name }, spec }) => spec.volumeName !== undefined && mounts.some((isMounted) => isMounted(name)));
}

function mountedBy({ metadata, spec }: WithTemplates): (claim: string) => boolean {
  const named = new Set((spec.template.spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []));
  const prefixes = (spec.volumeClaimTemplates ?? []).map((template) => `${template.metadata.name}-${metadata.name}-`);
  return (claim) => named.has(claim) || prefixes.some((prefix) => claim.startsWith(prefix));
}
