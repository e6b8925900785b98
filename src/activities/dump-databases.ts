import { failure } from '../errors.js';
import type { Act } from '../model/act.js';
import type { BackupFormat, BackupPlaceRef, BackupSummary, StagingVolume } from '../model/backup.js';
import type { DatabaseServerRef } from '../model/database-refs.js';
import type { Adapters } from './adapters.js';
import { jobOf, namespaceOf, resolvePlace, stagingIn } from './copier/backup-place.js';
import { endCopiers, runCopier } from './copier/copier-job.js';
import { credentialProblems } from './copier/database-problems.js';
import { findBackup } from './copier/find-backup.js';
import { backUpMongo } from './copier/mongo-backup.js';
import { reachServer, resolvePostgres } from './copier/resolve-credentials.js';
import { asProblems } from './objects/as-problems.js';

export interface DumpDatabasesInput {
  readonly server: DatabaseServerRef;
  readonly place: BackupPlaceRef;
  readonly databases: readonly string[];
  readonly format: BackupFormat;
  /** age recipients; none: not encrypted. */
  readonly recipients: readonly string[];
  readonly jobs: number;
  /** Of MongoDB: the image with its tools, and what the databases hold. */
  readonly mongo?: { readonly image: string; readonly bytes: number };
  /** Where the dump is made, unless it is made beside its place. */
  readonly staging?: StagingVolume;
  readonly withinSeconds: number;
}

export type DumpDatabasesUndo = Pick<DumpDatabasesInput, 'server' | 'place'>;

/** What was dumped, and how many pods of the copier it needed. Its name is the run's. */
export type DumpedDatabases = BackupSummary & { readonly seconds: number; readonly attempts: number };

const removeSeconds = 600;

/** Guide 002, "Backup": `pg_dump` or `mongodump` of each database, in a Job beside the server, proved whole before it counts. */
export function dumpDatabases({ kube, settings }: Pick<Adapters, 'kube' | 'settings'>) {
  const part = { kube, settings };

  return {
    /** The credentials of the server and of the place can be had; what is S3 answers. */
    async checkDumpDatabases({ server, place }: DumpDatabasesInput, act: Act): Promise<readonly string[]> {
      const ofServer = await credentialProblems(kube, server);
      if (ofServer.length > 0 || place.kind === 'volume') return ofServer;
      return asProblems(async () => {
        await findBackup({ server, place, backup: act.run }, act, part, removeSeconds);
        return [];
      });
    },

    /** Names the place that an undo removes the backup from. Changes nothing. */
    async captureDumpDatabases({ server, place }: DumpDatabasesInput): Promise<DumpDatabasesUndo> {
      return { server, place };
    },

    /** Dumps by way of a Job. Safe to repeat: a backup that is whole stays, another attempt begins anew. DumpIncomplete where not every row is in it. */
    async dumpDatabases({ server, place, staging, withinSeconds, mongo, ...order }: DumpDatabasesInput, act: Act): Promise<DumpedDatabases> {
      if (server.engine !== 'postgresql') {
        const { databases, jobs } = order;
        if (!mongo) throw failure('Invalid', 'a dump of MongoDB needs the image with its tools');
        return backUpMongo({ server, place, databases, jobs, ...mongo, withinSeconds }, act, part);
      }
      const [at, reached] = await Promise.all([resolvePostgres(kube, server), resolvePlace(kube, place)]);
      const request = { engine: 'postgresql', verb: 'dump', at, place: reached, backup: act.run, ...order, ...stagingIn(staging) } as const;
      const { result, attempts } = await runCopier(request, act, part, jobOf(place, withinSeconds, staging));
      return { ...result, attempts };
    },

    /** Ends the dump and removes what it kept. Safe to repeat, and safe if dumpDatabases never ran. */
    async undoDumpDatabases({ server, place }: DumpDatabasesUndo, act: Act): Promise<void> {
      await endCopiers({ kube }, act, namespaceOf(place));
      // Without its claim a pod would wait for ever; and there is nothing left.
      if (place.kind === 'volume') {
        const claim = await kube.get({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: place.namespace, name: place.claim });
        if (!claim || claim.metadata.deletionTimestamp) return;
      }
      const [at, reached] = await Promise.all([reachServer(kube, server), resolvePlace(kube, place)]);
      await runCopier({ ...at, verb: 'removeBackup', place: reached, backup: act.run }, act, part, jobOf(place, removeSeconds));
    },
  };
}
