import type { KubeReader } from '../../adapters/kube/kube.js';
import type { KubeObject, Metadata } from '../../model/kube-object.js';

interface Owned {
  readonly name: string;
  readonly namespace?: string;
}

type OwnerOf = (metadata: Metadata) => Owned | undefined;

const byLabels =
  (group: string): OwnerOf =>
  ({ labels = {} }) => {
    const [name, namespace] = [labels[`${group}/name`], labels[`${group}/namespace`]];
    return name === undefined ? undefined : { name, ...(namespace !== undefined && { namespace }) };
  };

/**
 * `NAME:GROUP/KIND:NAMESPACE/NAME`, with the Application's namespace before an underscore where that is not Argo CD's own; else the label of old.
 * @see https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
 */
const argo: OwnerOf = ({ annotations = {}, labels = {} }) => {
  const tracked = annotations['argocd.argoproj.io/tracking-id']?.split(':')[0] ?? labels['argocd.argoproj.io/instance'];
  if (tracked === undefined) return undefined;
  const [first = '', second] = tracked.split('_');
  return second === undefined ? { name: first } : { namespace: first, name: second };
};

const kinds: readonly { readonly apiVersion: string; readonly kind: string; readonly ownerOf: OwnerOf }[] = [
  { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization', ownerOf: byLabels('kustomize.toolkit.fluxcd.io') },
  { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease', ownerOf: byLabels('helm.toolkit.fluxcd.io') },
  { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', ownerOf: argo },
];

/** Flux and Argo CD objects that keep the workloads as Git has them, by the marks they leave: they mostly live in other namespaces. */
export async function findGitOpsOwners(kube: KubeReader, workloads: readonly KubeObject[]): Promise<readonly KubeObject[]> {
  const found = await Promise.all(
    kinds.map(async ({ apiVersion, kind, ownerOf }) => {
      const wanted = workloads.flatMap(({ metadata }) => ownerOf(metadata) ?? []);
      if (wanted.length === 0 || !(await kube.serves({ apiVersion, kind }))) return [];
      const all = await kube.list({ apiVersion, kind });
      return all.filter(({ metadata }) =>
        wanted.some(({ name, namespace }) => name === metadata.name && (namespace ?? metadata.namespace) === metadata.namespace),
      );
    }),
  );
  return found.flat();
}
