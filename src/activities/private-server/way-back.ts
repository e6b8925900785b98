import type { KubeReader } from '../../adapters/kube/kube.js';
import type { KubeObject, PersistentVolumeClaim } from '../../model/kube-object.js';
import type { DataVolume, WayBack } from '../../model/private-server.js';
import { coreRef } from '../objects/namespaced-name.js';
import { showWayBack } from './upgrade-container.js';

type VolumeSnapshot = KubeObject & {
  readonly spec?: { readonly source?: { readonly persistentVolumeClaimName?: string } };
  readonly status?: { readonly readyToUse?: boolean };
};

/** What is wrong with it: once the new server has run, it is all there is of the old data. */
export async function wayBackProblems(kube: KubeReader, claim: DataVolume['claim'], way: WayBack | undefined): Promise<readonly string[]> {
  if (way === undefined) return [`claim ${claim.name} is not upgraded in place without a snapshot or a clone to come back to`];
  const problem = 'claim' in way ? await claimProblem(kube, claim, way.claim) : await snapshotProblem(kube, claim, way.volumeSnapshot);
  return problem === undefined ? [] : [`${showWayBack(way)} is no way back: ${problem}`];
}

async function claimProblem(kube: KubeReader, claim: DataVolume['claim'], other: DataVolume['claim']): Promise<string | undefined> {
  const read = (name: DataVolume['claim']) => kube.get<PersistentVolumeClaim>(coreRef('PersistentVolumeClaim', name));
  const [upgraded, kept] = await Promise.all([read(claim), read(other)]);
  if (!kept) return 'it is not there';
  if (kept.status?.phase !== 'Bound') return 'it is bound to no volume';
  return kept.spec.volumeName === upgraded?.spec.volumeName ? 'it has the very volume that is upgraded' : undefined;
}

async function snapshotProblem(kube: KubeReader, claim: DataVolume['claim'], { namespace, name }: DataVolume['claim']): Promise<string | undefined> {
  const found = await kube.get<VolumeSnapshot>({ apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot', namespace, name });
  if (!found) return 'it is not there';
  const { source } = found.spec ?? {};
  if (namespace !== claim.namespace || source?.persistentVolumeClaimName !== claim.name)
    return `it was taken of ${source?.persistentVolumeClaimName ?? 'something else'}`;
  return found.status?.readyToUse === true ? undefined : 'it is not ready to use';
}
