import type { KubeReader } from '../../adapters/kube/kube.js';
import { systemNamespace } from '../../model/act.js';
import type { BackupPlace, BackupPlaceRef, StagingVolume } from '../../model/backup.js';
import type { SecretKeyRef } from '../../model/refs.js';
import type { CopierOptions } from './copier-job.js';
import { backupFolder, stagingFolder } from './copier-manifest.js';
import { readKey } from './resolve-credentials.js';

/** Where the Jobs of a place run: a claim is mounted in its own namespace only. */
export const namespaceOf = (place: BackupPlaceRef): string => (place.kind === 'volume' ? place.namespace : systemNamespace);

/** A place as the copier reaches it, with what its pod needs for that. Holds a secret of S3: it goes into the request's Secret and nowhere else. */
export async function resolvePlace(kube: KubeReader, place: BackupPlaceRef): Promise<BackupPlace> {
  if (place.kind === 'volume') return { kind: 'volume', folder: backupFolder };
  const { secretRef, kind, endpoint, region, bucket, prefix } = place;
  const { idKey, secretKey, ...secret } = secretRef;
  const [id, key] = await Promise.all([readKey(kube, { ...secret, key: idKey }), readKey(kube, { ...secret, key: secretKey })]);
  return { kind, region, bucket, accessKey: { id, secret: key }, ...(endpoint !== undefined && { endpoint }), ...(prefix !== undefined && { prefix }) };
}

/** What a Job of a backup is started with. */
export const jobOf = (place: BackupPlaceRef, withinSeconds: number, staging?: StagingVolume): CopierOptions => ({
  withinSeconds,
  namespace: namespaceOf(place),
  volumes: { ...(place.kind === 'volume' && { claim: place.claim }), ...(staging && { staging }) },
});

/** For the request: where that Job's own volume is. */
export const stagingIn = (staging: StagingVolume | undefined): { readonly staging?: string } => (staging ? { staging: stagingFolder } : {});

/** For the request: the key that opens an encrypted backup. */
export const identityIn = async (kube: KubeReader, key: SecretKeyRef | undefined): Promise<{ readonly identity?: string }> =>
  key ? { identity: await readKey(kube, key) } : {};
