import type { KubeReader } from '../../adapters/kube/kube.js';
import type { Service } from '../../model/kube-object.js';
import type { KustomizeToHelmSpec } from '../../model/kustomize-to-helm.js';
import { type ObjectRef, showRef } from '../../model/refs.js';
import { refOf } from '../objects/ref-of.js';
import { emptyMatches, matchNames } from './match-names.js';
import type { Problems } from './problems.js';

interface HoldingSpec {
  readonly source: { readonly namespace: string };
  readonly traffic: Pick<KustomizeToHelmSpec['traffic'], 'hold'>;
}

/** What lets users in to the source, as `traffic.hold` names it. */
export async function findHeld(kube: KubeReader, { source, traffic }: HoldingSpec, problems: Problems): Promise<readonly ObjectRef[]> {
  const { namespace } = source;
  const [ingresses, services] = await Promise.all([
    kube.list({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespace }),
    kube.list<Service>({ apiVersion: 'v1', kind: 'Service', namespace }),
  ]);
  const refs = traffic.hold.flatMap(({ kind, pattern }, index) => {
    // The API server's own Service is nobody's product.
    const candidates = (kind === 'Ingress' ? ingresses : services).filter(({ metadata }) => kind === 'Ingress' || metadata.name !== 'kubernetes');
    const names = candidates.map(({ metadata }) => metadata.name);
    if (emptyMatches([pattern], names).length) problems.add(`traffic.hold.${index}`, `${pattern} matches no ${kind} in namespace ${namespace}`);
    const matched = new Set(matchNames([pattern], names));
    return candidates.filter(({ metadata }) => matched.has(metadata.name)).map(refOf);
  });
  return [...new Map(refs.map((ref) => [showRef(ref), ref])).values()];
}
