import type { KubeReader } from '../../adapters/kube/kube.js';
import { failure } from '../../errors.js';
import type { PersistentVolume, PersistentVolumeClaim } from '../../model/kube-object.js';
import { showRef } from '../../model/refs.js';
import { coreRef } from './namespaced-name.js';

/**
 * Before a volume may be deleted with its claim again. A volume whose claim is gone already, or is on its way out, would be deleted at once, and the data
 * with it: VolumeNotRetained then. A volume that nobody ever claimed is fine.
 */
export async function requireClaimed(kube: KubeReader, { metadata, spec }: PersistentVolume, policy: string): Promise<void> {
  const { namespace, name, uid } = spec.claimRef ?? {};
  if (policy !== 'Delete' || namespace === undefined || name === undefined) return;
  const ref = coreRef('PersistentVolumeClaim', { namespace, name });
  const claim = await kube.get<PersistentVolumeClaim>(ref);
  const isIts = claim !== undefined && (uid === undefined || uid === claim.metadata.uid);
  if (isIts && claim.metadata.deletionTimestamp === undefined) return;
  throw failure(
    'VolumeNotRetained',
    `${showRef(ref)} was deleted by somebody${isIts ? ' and goes when its last pod does' : ''}: with the policy Delete the cluster would delete PersistentVolume ${metadata.name} with its data, so it keeps Retain`,
  );
}
