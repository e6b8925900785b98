import type { KubeReader } from '../../adapters/kube/kube.js';
import type { PersistentVolumeClaim } from '../../model/kube-object.js';
import { invalidSpec } from '../../model/schema/read-spec.js';
import { coreRef, type NamespacedName } from '../objects/namespaced-name.js';

/** Name of the PersistentVolume behind `volume.claim` of a spec. InvalidSpec where there is none. */
export async function findClaimedVolume(kube: KubeReader, claim: NamespacedName): Promise<string> {
  const found = await kube.get<PersistentVolumeClaim>(coreRef('PersistentVolumeClaim', claim));
  if (found?.spec.volumeName !== undefined) return found.spec.volumeName;
  throw invalidSpec([{ path: ['volume', 'claim'], message: `PersistentVolumeClaim ${claim.namespace}/${claim.name} is not there, or not bound` }]);
}
