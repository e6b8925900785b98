import type { Revision } from '../../adapters/helm/helm.js';
import type { ReleaseRef } from '../../model/refs.js';

/** Why a release cannot be taken further; empty where it is deployed. */
export function notDeployed({ namespace, name }: ReleaseRef, latest: Revision | undefined): readonly string[] {
  const release = `release ${namespace}/${name}`;
  if (!latest) return [`${release} is not there`];
  if (latest.status === 'deployed') return [];
  return [`${release} is ${latest.status} in revision ${latest.revision}: make it deployed first, by helm rollback or upgrade`];
}
