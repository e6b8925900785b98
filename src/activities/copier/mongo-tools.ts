import { type Act, systemNamespace } from '../../model/act.js';
import type { MongoServerRef } from '../../model/database-refs.js';
import type { Adapters } from '../adapters.js';
import { runJob } from './copier-job.js';
import type { CopierJobName } from './copier-manifest.js';
import { type ToolsConfigs, toolsJob, toolsSecret } from './mongo-tools-manifest.js';
import { type MongoToolsWork, mongoToolsScript } from './mongo-tools-script.js';
import { resolveMongo } from './resolve-credentials.js';

interface Tools {
  /** With mongodump and mongorestore of MongoDB's Database Tools, a POSIX shell, grep, sed and sha256sum, as `mongo` images have them. Named by the user. */
  readonly image: string;
  /** Collections moved side by side. Default: 4 by a dump, as many by a restore. */
  readonly jobs?: number;
  readonly withinSeconds: number;
}

/** A claim that a pod of its namespace can write; what is in it belongs to group 65532 then. */
export interface BackupVolume {
  readonly namespace: string;
  readonly claim: string;
}

export interface MongoPipeOrder extends Tools {
  readonly source: MongoServerRef;
  readonly from: string;
  /** The target. Its database `to` is dropped collection by collection: only one that the run made, or that is empty. */
  readonly server: MongoServerRef;
  readonly to: string;
}

export interface MongoDumpOrder extends Tools {
  readonly server: MongoServerRef;
  readonly database: string;
  readonly volume: BackupVolume;
  /** On the volume, folders and all: `backup-1/shop.archive`. Where a dump of this database has ended there, it stays, and its result is told again. */
  readonly file: string;
}

export interface MongoRestoreOrder extends Tools {
  readonly server: MongoServerRef;
  readonly volume: BackupVolume;
  readonly dump: Pick<MongoDumped, 'database' | 'file' | 'sha256' | 'documents'>;
  /** Dropped collection by collection first: only one that the run made, or that is empty. */
  readonly to: string;
}

interface Moved {
  readonly documents: number;
  /** `mongorestore version: 100.9.4`. */
  readonly tool: string;
  /** Pods that were needed. */
  readonly attempts: number;
}

export type MongoPiped = Moved & { readonly collections: number };
export type MongoRestored = Moved;
/** The archive, of one database, without its users. */
export type MongoDumped = Moved & {
  readonly database: string;
  readonly file: string;
  readonly collections: number;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
};

export type MongoToolsOrder =
  | ({ readonly kind: 'pipe' } & MongoPipeOrder)
  | ({ readonly kind: 'dump' } & MongoDumpOrder)
  | ({ readonly kind: 'restore' } & MongoRestoreOrder);
type ResultOf<O extends MongoToolsOrder> = { readonly pipe: MongoPiped; readonly dump: MongoDumped; readonly restore: MongoRestored }[O['kind']];

type Part = Pick<Adapters, 'kube'>;

interface ToolsWork {
  readonly work: MongoToolsWork;
  readonly configs: ToolsConfigs;
  readonly volume?: BackupVolume;
}

async function workOf({ kube }: Part, order: MongoToolsOrder): Promise<ToolsWork> {
  const server = await resolveMongo(kube, order.server);
  switch (order.kind) {
    case 'pipe': {
      const { from, to, source, jobs } = order;
      return { work: { kind: 'pipe', from, to, ...(jobs !== undefined && { jobs }) }, configs: { source: await resolveMongo(kube, source), target: server } };
    }
    case 'dump': {
      const { database, file, volume, jobs } = order;
      return { work: { kind: 'dump', database, file, ...(jobs !== undefined && { jobs }) }, configs: { source: server }, volume };
    }
    case 'restore': {
      const { to, volume, dump, jobs } = order;
      const { database: from, file, sha256, documents } = dump;
      return { work: { kind: 'restore', from, to, file, sha256, documents, ...(jobs !== undefined && { jobs }) }, configs: { target: server }, volume };
    }
  }
}

/**
 * Runs mongodump, mongorestore, or the one piped into the other, in a Job of an image that the user names, and answers what they moved. Safe to repeat: begins anew, but for a dump that has ended.
 * Both exit codes count, and what the tools say of documents: as many restored as dumped, none failed. Failures: WrongPassword, Unreachable, NoSpace,
 * DumpIncomplete, ArtifactDamaged, BackupFailed, CopyFailed. Proves nothing of the contents: `verify` does. `prepare`: before each pod that is started.
 */
export async function runMongoTools<O extends MongoToolsOrder>(order: O, act: Act, part: Part, prepare?: () => Promise<void>): Promise<ResultOf<O>> {
  const { work, configs, volume } = await workOf(part, order);
  const namespace = volume?.namespace ?? systemNamespace;
  const pod = { namespace, image: order.image, script: mongoToolsScript(work), ...(volume && { claim: volume.claim }) };
  const manifests = {
    secret: (name: CopierJobName) => toolsSecret(name, namespace, configs),
    job: (name: CopierJobName) => toolsJob(name, pod, act),
  };
  // A step dumps several databases, one after the other.
  const of = work.kind === 'dump' ? { of: work.database } : {};
  const speaking = { verb: `mongo-${work.kind}`, ...of, what: `${work.kind} on the database with MongoDB's tools`, manifests, prepare };
  const { result, attempts } = await runJob<object>(speaking, act, part, { withinSeconds: order.withinSeconds, namespace });
  const named = work.kind === 'dump' ? { file: work.file } : {};
  return { ...named, ...result, attempts } as ResultOf<O>;
}

/** One database as one archive on a volume. */
export const dumpMongo = (order: MongoDumpOrder, act: Act, part: Part): Promise<MongoDumped> => runMongoTools({ kind: 'dump', ...order } as const, act, part);

/** Such an archive into a database, under any name. */
export const restoreMongo = (order: MongoRestoreOrder, act: Act, part: Part): Promise<MongoRestored> =>
  runMongoTools({ kind: 'restore', ...order } as const, act, part);
