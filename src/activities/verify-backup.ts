import type { Act } from '../model/act.js';
import type { BackupPlaceRef, BackupSummary } from '../model/backup.js';
import type { DatabaseServerRef } from '../model/database-refs.js';
import type { SecretKeyRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { identityIn, jobOf, namespaceOf, resolvePlace } from './copier/backup-place.js';
import { endCopiers, runCopier } from './copier/copier-job.js';
import { credentialProblems } from './copier/database-problems.js';
import { reachServer } from './copier/resolve-credentials.js';
import { asProblems } from './objects/as-problems.js';

export interface VerifyBackupInput {
  readonly server: DatabaseServerRef;
  readonly place: BackupPlaceRef;
  /** Default: the one that this run made. */
  readonly backup?: string;
  /** Where the age identity is: that it opens the backup is proved, too. */
  readonly key?: SecretKeyRef;
  readonly withinSeconds: number;
}

/** Reads a backup from where it is kept to its last byte: that it was written proves nothing. */
export function verifyBackup({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  return {
    /** The key can be had. */
    async checkVerifyBackup({ server, key }: VerifyBackupInput): Promise<readonly string[]> {
      const ofServer = await credentialProblems(kube, server);
      return ofServer.length > 0 ? ofServer : asProblems(() => identityIn(kube, key).then(() => []));
    },

    /** Where the Job runs; nothing is changed. */
    async captureVerifyBackup({ place }: VerifyBackupInput): Promise<{ readonly namespace: string }> {
      return { namespace: namespaceOf(place) };
    },

    /** ArtifactDamaged names the file that is not what was kept; WrongKey where the key does not open it. */
    async verifyBackup({ server, place, backup, key, withinSeconds }: VerifyBackupInput, act: Act): Promise<BackupSummary & { readonly seconds: number }> {
      const [at, reached, identity] = await Promise.all([reachServer(kube, server), resolvePlace(kube, place), identityIn(kube, key)]);
      const request = { ...at, verb: 'checkBackup', place: reached, backup: backup ?? act.run, ...identity } as const;
      return (await runCopier(request, act, { kube, settings }, jobOf(place, withinSeconds))).result;
    },

    /** Nothing was changed; a Job that still reads is ended. */
    async undoVerifyBackup({ namespace }: { readonly namespace: string }, act: Act): Promise<void> {
      await endCopiers({ kube }, act, namespace);
    },
  };
}
