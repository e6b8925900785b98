import type { Kube } from '../../adapters/kube/kube.js';
import type { PersistentVolume, PersistentVolumeClaim } from '../../model/kube-object.js';
import type { FoundVolume, KustomizeToHelmSpec } from '../../model/kustomize-to-helm.js';
import type { Problems } from './problems.js';

export interface BoundVolume extends Omit<FoundVolume, 'inChart'> {
  readonly object: PersistentVolume;
  readonly bound: PersistentVolumeClaim;
}

/** The volumes to hand over: each claim must be Bound before anything is touched. */
export async function findVolumes(kube: Kube, { source, volumes }: KustomizeToHelmSpec, problems: Problems): Promise<readonly BoundVolume[]> {
  const answers = await Promise.all(volumes.map(({ claim }) => findVolume(kube, source.namespace, claim)));
  return answers.flatMap((answer, index) => {
    if (typeof answer !== 'string') return [answer];
    problems.add(`volumes.${index}.claim`, answer);
    return [];
  });
}

/** The bound volume, or why it cannot be handed over. */
async function findVolume(kube: Kube, namespace: string, claim: string): Promise<BoundVolume | string> {
  const object = await kube.get<PersistentVolumeClaim>({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claim });
  if (!object) return `PersistentVolumeClaim ${namespace}/${claim} is not there`;
  const { volumeName: volume, storageClassName: storageClass = '', resources } = object.spec;
  if (object.metadata.deletionTimestamp) return `PersistentVolumeClaim ${claim} is being deleted`;
  if (!volume || object.status?.phase !== 'Bound') return `PersistentVolumeClaim ${claim} is ${object.status?.phase ?? 'new'}, not Bound`;
  const behind = await kube.get<PersistentVolume>({ apiVersion: 'v1', kind: 'PersistentVolume', name: volume });
  return behind
    ? { claim, volume, size: resources?.requests?.storage ?? '', storageClass, object: behind, bound: object }
    : `PersistentVolume ${volume} of ${claim} is not there`;
}

/** Values filled in from what was found, such as the guide's file system ids. */
export function fillIn({ target }: KustomizeToHelmSpec, volumes: readonly BoundVolume[], problems: Problems): { readonly [path: string]: string } {
  const filled: Record<string, string> = {};
  for (const [path, { volume, field }] of Object.entries(target.set)) {
    const value = fieldOf(volumes.find(({ claim }) => claim === volume)?.object, field);
    if (value === undefined)
      problems.add(['target', 'set', path], `${field} of volume ${volume} is not to be had: is it listed under volumes, and does its PersistentVolume say it?`);
    else filled[path] = value;
  }
  return filled;
}

/** handle: the storage system's own id (CSI volumeHandle, or the file system id before the first dot of an NFS server's name). */
function fieldOf(volume: PersistentVolume | undefined, field: 'handle' | 'persistentVolume' | 'server'): string | undefined {
  if (!volume || field === 'persistentVolume') return volume?.metadata.name;
  const { csi, nfs } = volume.spec;
  if (field === 'server') return nfs?.server;
  return csi?.volumeHandle ?? nfs?.server.split('.')[0] ?? volume.metadata.name;
}
