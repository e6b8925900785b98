import type { Act } from '../../model/act.js';
import type { CopiedAccounts, FenceCapture } from '../../model/copier-mongo.js';
import type { PostgresFenceCapture, SourceGuardAccount, SourceGuardWish } from '../../model/copier-postgres.js';
import type { CopyCheck } from '../../model/copier-requests.js';
import type { DatabaseServerRef } from '../../model/database-refs.js';
import type { Adapters } from '../adapters.js';
import type { Compared, MongoProof, PostgresProof, SourceProof } from './database-proofs.js';
import type { Precopier } from './precopier.js';
import type { ShownRoles } from './show-roles.js';

/** A database as a check sees it. */
export interface FoundDatabase {
  readonly name: string;
  readonly exists: boolean;
  /** As the server tells it, indexes included; 0 where the database is not there. */
  readonly bytes: number;
  /** In words, what is in it: `3 collections with 20 documents`; absent where it is empty. */
  readonly holds?: string;
  /** What can't be moved and why. */
  readonly problems: readonly string[];
  /** What a reader should know. */
  readonly notes: readonly string[];
  /** What is in it, one line each, with a few names of each kind; none where it is not there. */
  readonly facts: readonly string[];
}

export interface FoundServer {
  /** As people say it: `PostgreSQL 15.18`. */
  readonly server: string;
  /** Of PostgreSQL. */
  readonly major?: number;
  /** Of PostgreSQL: of its data directory. */
  readonly systemIdentifier?: string;
  /** Databases of a PostgreSQL, asked for or not, with relations that a start in recovery empties. */
  readonly unlogged?: readonly string[];
  /** Databases of users of a PostgreSQL that were not asked for. */
  readonly others?: readonly string[];
  readonly databases: readonly FoundDatabase[];
}

export interface FenceWish {
  readonly allowUsers?: readonly string[];
  readonly prefer?: 'roles' | 'writeBlock';
}

/** Databases that are to be copied to a server. */
export interface CopyWish {
  /** Default: the target's server. It is asked, so it has to be there. */
  readonly source?: DatabaseServerRef;
  readonly databases: readonly { readonly from: string; readonly to: string }[];
}

export type AnyFenceCapture = FenceCapture | PostgresFenceCapture;

export interface Fenced {
  /** none: the server can neither take rights away nor block writes; equal hashes are the only proof. */
  readonly method: AnyFenceCapture['method'];
  /** Who can still write. */
  readonly holes: readonly string[];
  /** Other databases whose writers are stopped, too. */
  readonly stops?: readonly string[];
}

export interface CopyOrder {
  /** Default: the target's server. */
  readonly source?: DatabaseServerRef;
  readonly from: string;
  readonly to: string;
  readonly unitBytes?: number;
  readonly connections?: number;
  readonly bytesPerSecond?: number;
  /** PostgreSQL: how much a source may suffer before connections are taken off it. Default: a little. */
  readonly guard?: SourceGuardWish | 'off';
  /** MongoDB: the database's own users, with their passwords, and its custom roles, too. PostgreSQL's roles always come along. */
  readonly accounts?: true;
  /** MongoDB: mongodump piped into mongorestore instead, of this image. It moves `connections` collections side by side, and knows no other limit. */
  readonly tools?: { readonly image: string };
  readonly withinSeconds: number;
}

interface Copied {
  readonly bytes: number;
  readonly seconds: number;
  /** Absent where tools copied that do not count it. */
  readonly bytesCopiedTwice?: number;
  /** Pods that were needed. */
  readonly attempts: number;
}

export type CopiedDatabase =
  | (Copied & { readonly documents: number; readonly collections: number; readonly accounts?: CopiedAccounts; readonly source: MongoProof })
  | (Copied &
      ShownRoles & {
        readonly rows: number;
        readonly tables: number;
        readonly guard?: SourceGuardAccount;
        readonly source: PostgresProof;
      });

/** What steps ask of a database server, whatever its make. Everything runs in a Job next to it. */
export interface DatabaseEngine {
  inspect(databases: readonly string[], act: Act): Promise<FoundServer>;
  /** Of the target: what a copy of databases that are there would be refused for, and the room that it needs. */
  checkCopy(wish: CopyWish, act: Act): Promise<CopyCheck>;
  captureFence(databases: readonly string[], wish: FenceWish, act: Act): Promise<AnyFenceCapture>;
  fence(captured: AnyFenceCapture, act: Act): Promise<Fenced>;
  unfence(captured: AnyFenceCapture, act: Act): Promise<void>;
  copy(order: CopyOrder, act: Act): Promise<CopiedDatabase>;
  /** The undo of copy. */
  drop(database: string, act: Act): Promise<void>;
  /** `proof`: of what was read when it was copied; MongoDB needs one. */
  verify(order: Pick<CopyOrder, 'source' | 'from' | 'to' | 'withinSeconds'>, proof: SourceProof | undefined, act: Act): Promise<Compared>;
  /** In words, which of the databases are not any more what was copied; and the counts of the others. */
  changedSince(
    proofs: readonly SourceProof[],
    act: Act,
    withinSeconds: number,
  ): Promise<{ readonly changed: readonly string[]; readonly databases: readonly StillDatabase[] }>;
  /** Takes out of the databases what the copy left in them for itself; nothing where it keeps its notes elsewhere. */
  release(databases: readonly string[], act: Act): Promise<void>;
  /** Forgets a run. */
  clean(act: Act): Promise<void>;
  /** While the product runs; absent where the engine cannot. */
  readonly precopy?: Precopier;
}

export interface StillDatabase {
  readonly name: string;
  readonly documents?: number;
  readonly rows?: number;
}

export type EnginePart = Pick<Adapters, 'kube' | 'settings'>;
