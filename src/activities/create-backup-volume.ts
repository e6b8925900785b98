import { isCreated } from '../adapters/kube/is-created.js';
import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { BackupPlaceRef } from '../model/backup.js';
import type { DatabaseServerRef } from '../model/database-refs.js';
import type { KubeObject, PersistentVolumeClaim } from '../model/kube-object.js';
import { readQuantity } from '../model/quantity.js';
import { showBytes } from '../model/show-bytes.js';
import type { Adapters } from './adapters.js';
import { findBackup } from './copier/find-backup.js';
import { madeBy } from './objects/made-by.js';

export interface CreateBackupVolumeInput {
  readonly place: Extract<BackupPlaceRef, { readonly kind: 'volume' }>;
  readonly server: DatabaseServerRef;
  readonly bytes: number;
  /** What it must hold in any case, if that is known: a smaller one is refused, asked for or there already. */
  readonly atLeast?: number;
  /** Default: the cluster's own. */
  readonly storageClass?: string;
}

export interface CreateBackupVolumeUndo extends Pick<CreateBackupVolumeInput, 'place' | 'server'> {
  readonly existed: boolean;
}

const mib = 1024 ** 2;
const lookSeconds = 300;

/** Guide 002, "Backup": a volume of at least three times the database. One that is there is used as it is; the dump looks for space in it first. */
export function createBackupVolume({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  const ref = ({ namespace, claim }: CreateBackupVolumeInput['place']) => ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name: claim });
  const read = (place: CreateBackupVolumeInput['place']) => kube.get<PersistentVolumeClaim>(ref(place));

  /** Backups of other runs that lie on it. */
  async function others({ place, server }: CreateBackupVolumeUndo, act: Act): Promise<readonly string[]> {
    const { backups } = await findBackup({ server, place, backup: act.run }, act, { kube, settings }, lookSeconds);
    return backups.filter((name) => name !== act.run);
  }

  return {
    /** It is large enough, its namespace and storage class are there, and it is not on its way out. */
    async checkCreateBackupVolume(input: CreateBackupVolumeInput): Promise<readonly string[]> {
      const { place, storageClass } = input;
      const { namespace, claim } = place;
      const found = await read(place);
      if (found?.metadata.deletionTimestamp) return [`PersistentVolumeClaim ${namespace}/${claim} is being deleted: wait until it is gone`];
      const small = tooSmall(input, found);
      if (found || small.length > 0) return small;
      const space = await kube.get<KubeObject>({ apiVersion: 'v1', kind: 'Namespace', name: namespace });
      const known = storageClass === undefined || (await kube.get<KubeObject>({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', name: storageClass }));
      return [...(space ? [] : [`Namespace ${namespace} is not there`]), ...(known ? [] : [`StorageClass ${storageClass} is not there`])];
    },

    /** Reads whether it is there. Changes nothing. */
    async captureCreateBackupVolume({ place, server }: CreateBackupVolumeInput): Promise<CreateBackupVolumeUndo> {
      return { place, server, existed: (await read(place)) !== undefined };
    },

    /** Makes the claim where it is missing. Safe to repeat. */
    async createBackupVolume({ place, bytes, storageClass }: CreateBackupVolumeInput, act: Act): Promise<{ readonly made: boolean }> {
      const found = await read(place);
      if (found?.metadata.deletionTimestamp) throw failure('NotReady', `PersistentVolumeClaim ${place.namespace}/${place.claim} is being deleted`);
      if (found) return { made: madeBy(found, act) };
      const spec = {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: `${Math.ceil(bytes / mib)}Mi` } },
        ...(storageClass !== undefined && { storageClassName: storageClass }),
      };
      const { namespace, claim: name } = place;
      const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { namespace, name }, spec };
      return { made: await isCreated(kube.writeAs(act).create(claim as PersistentVolumeClaim)) };
    },

    /** Deletes it if this step made it and nobody has put another backup there since. Safe to repeat. */
    async undoCreateBackupVolume(captured: CreateBackupVolumeUndo, act: Act): Promise<void> {
      const found = await read(captured.place);
      if (captured.existed || !found || !madeBy(found, act) || found.metadata.deletionTimestamp) return;
      // One that no pod ever used is bound to nothing, and holds nothing.
      if (found.status?.phase === 'Bound' && (await others(captured, act)).length > 0) return;
      const { uid } = found.metadata;
      await kube.writeAs(act).remove(ref(captured.place), { ...(uid !== undefined && { uid }) });
    },
  };
}

function tooSmall({ place: { namespace, claim }, bytes, atLeast = 0 }: CreateBackupVolumeInput, found: PersistentVolumeClaim | undefined): readonly string[] {
  const capacity = found ? readQuantity(found.status?.capacity?.storage) : bytes;
  if (capacity === undefined || capacity >= atLeast) return [];
  return [
    `PersistentVolumeClaim ${namespace}/${claim} has ${showBytes(capacity)}, and a dump of up to ${showBytes(atLeast)} is to lie there: name a larger one`,
  ];
}
