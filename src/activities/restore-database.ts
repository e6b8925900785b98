import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { BackupPlaceRef, StagingVolume } from '../model/backup.js';
import type { PostgresResults } from '../model/copier-postgres.js';
import type { DatabaseServerRef } from '../model/database-refs.js';
import type { SecretKeyRef } from '../model/refs.js';
import type { Adapters } from './adapters.js';
import { identityIn, jobOf, namespaceOf, resolvePlace, stagingIn } from './copier/backup-place.js';
import { endCopiers, runCopier } from './copier/copier-job.js';
import { credentialProblems } from './copier/database-problems.js';
import { engineOf } from './copier/engine-of.js';
import { restoreMongoBackup } from './copier/mongo-backup.js';
import { resolvePostgres } from './copier/resolve-credentials.js';
import { isTakenAway } from './copier/taken-away.js';
import { asProblems } from './objects/as-problems.js';

export interface RestoreDatabaseInput {
  readonly server: DatabaseServerRef;
  readonly place: BackupPlaceRef;
  /** Default: the run's own. */
  readonly backup?: string;
  /** Its name in the backup. */
  readonly from: string;
  /** A name that is free. */
  readonly to: string;
  readonly jobs: number;
  /** Where the age identity is, of a backup that is encrypted. */
  readonly key?: SecretKeyRef;
  /** Of MongoDB: the image with its tools. */
  readonly mongo?: { readonly image: string };
  /** Where it is opened, unless it is read where it lies. */
  readonly staging?: StagingVolume;
  readonly withinSeconds: number;
}

export type RestoreDatabaseUndo = Pick<RestoreDatabaseInput, 'server' | 'place' | 'to'>;
export type RestoredDatabase = (PostgresResults['restore'] & { readonly attempts: number }) | { readonly documents: number; readonly collections: number };

/** Restores a database beside those that are there; of PostgreSQL with its roles, rights and settings. Nobody's service changes by it. */
export function restoreDatabase({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  const part = { kube, settings };

  return {
    /** The credentials and the key can be had. */
    async checkRestoreDatabase({ server, key }: RestoreDatabaseInput): Promise<readonly string[]> {
      const ofServer = await credentialProblems(kube, server);
      return ofServer.length > 0 ? ofServer : asProblems(() => identityIn(kube, key).then(() => []));
    },

    /** Names the database that an undo drops, if the copier's notes on the server say that this run made it. Changes nothing. */
    async captureRestoreDatabase({ server, place, to }: RestoreDatabaseInput): Promise<RestoreDatabaseUndo> {
      return { server, place, to };
    },

    /** By way of a Job. Safe to repeat: it begins anew. AlreadyExists, of MongoDB TargetNotEmpty, where the name is another's. */
    async restoreDatabase({ server, place, key, staging, withinSeconds, mongo, ...given }: RestoreDatabaseInput, act: Act): Promise<RestoredDatabase> {
      const order = { backup: act.run, ...given };
      if (server.engine !== 'postgresql') {
        if (!mongo) throw failure('Invalid', 'a restore of MongoDB needs the image with its tools');
        return restoreMongoBackup({ server, place, ...order, ...mongo, withinSeconds }, act, part);
      }
      const { run, epoch } = act;
      const [at, reached, identity] = await Promise.all([resolvePostgres(kube, server), resolvePlace(kube, place), identityIn(kube, key)]);
      const request = { engine: 'postgresql', verb: 'restore', at, run, epoch, place: reached, ...order, ...identity, ...stagingIn(staging) } as const;
      const { result, attempts } = await runCopier(request, act, part, jobOf(place, withinSeconds, staging));
      return { ...result, attempts };
    },

    /** Ends the restore and drops what it made, the roles with it that nobody else uses; of a server that helm has taken away nothing is left. Safe to repeat, and safe if restoreDatabase never ran. */
    async undoRestoreDatabase({ server, place, to }: RestoreDatabaseUndo, act: Act): Promise<void> {
      await endCopiers({ kube }, act, namespaceOf(place));
      if (await isTakenAway(kube, server)) return;
      await engineOf(part, server).drop(to, act);
    },
  };
}
