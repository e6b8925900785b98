import type { PersistentVolume, PersistentVolumeClaim } from '../../model/kube-object.js';
import type { ReleaseRef } from '../../model/refs.js';
import type { NamespacedName } from '../objects/namespaced-name.js';
import { plainManifest } from '../objects/plain-manifest.js';
import { ownershipMarks } from './helm-ownership.js';

type Marks = Readonly<Record<string, string>>;

/**
 * Not for the new claim: how the old one was bound and scheduled, who applied it, and by what its owners find it. An owner that finds its label on the new claim prunes it.
 */
const oldOwners =
  /^(pv\.kubernetes\.io\/|volume\.kubernetes\.io\/selected-node$|kubectl\.kubernetes\.io\/|app\.kubernetes\.io\/(managed-by|instance)$|meta\.helm\.sh\/|argocd\.argoproj\.io\/|(kustomize|helm)\.toolkit\.fluxcd\.io\/)/;

const withoutOldOwners = (marks: Marks = {}): Marks => Object.fromEntries(Object.entries(marks).filter(([key]) => !oldOwners.test(key)));

/** The claim that gets the volume: as the old one in all that binding compares, named and owned anew. */
export function claimManifest(
  former: PersistentVolumeClaim,
  volume: PersistentVolume,
  to: NamespacedName,
  release: ReleaseRef | undefined,
): PersistentVolumeClaim {
  const own = release ? ownershipMarks(release) : { labels: {}, annotations: {} };
  const { namespace, name } = to;
  // These ask for a volume to be found or filled.
  const { selector, dataSource, dataSourceRef, ...kept } = former.spec;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      namespace,
      name,
      labels: { ...withoutOldOwners(former.metadata.labels), ...own.labels },
      annotations: { ...withoutOldOwners(former.metadata.annotations), ...own.annotations },
    },
    spec: { ...kept, ...binding(former, volume) },
  };
}

/** The claim as it was, to be made again under its own name. Finalizers come from those who need them. */
export function formerClaimManifest(former: PersistentVolumeClaim, volume: PersistentVolume): PersistentVolumeClaim {
  const { metadata, ...rest } = plainManifest(former);
  // With bind-completed a claim that its volume does not name by uid yet is taken for Lost, for ever.
  const { 'pv.kubernetes.io/bind-completed': _, ...annotations } = metadata.annotations ?? {};
  const { finalizers: _finalizers, ...kept } = metadata;
  return { ...rest, metadata: { ...kept, ...(Object.keys(annotations).length > 0 && { annotations }) }, spec: { ...former.spec, ...binding(former, volume) } };
}

/** A class that is unset is not an empty one: the cluster would fill in its default, which the volume may not be of. */
function binding({ metadata, spec }: PersistentVolumeClaim, volume: PersistentVolume): Pick<PersistentVolumeClaim['spec'], 'volumeName' | 'storageClassName'> {
  const named = spec.storageClassName !== undefined || metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] !== undefined;
  return { volumeName: volume.metadata.name, ...(!named && { storageClassName: volume.spec.storageClassName ?? '' }) };
}
