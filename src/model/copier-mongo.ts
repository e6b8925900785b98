import type { MongoBackupRequest, MongoBackupResults } from './copier-mongo-backup.js';
import type { Accounting, CheckCopyRequest, CopyCheck, RunScope } from './copier-requests.js';
import type { Json } from './kube-object.js';
import type { MongoAddress } from './mongo-facts.js';

interface AtMongo {
  readonly engine: 'mongodb';
  readonly at: MongoAddress;
}

type Scope = AtMongo & RunScope<MongoAddress>;

export interface RoleRef {
  readonly role: string;
  readonly db: string;
}

/** A user to be made in a database. */
export interface NewUser {
  readonly name: string;
  readonly password: string;
  /** A plain name is a role on the user's own database, as in MongoDB itself. FerretDB 1.x takes none at all. */
  readonly roles: readonly (RoleRef | string)[];
}

export type MongoRequest =
  | (AtMongo & { readonly verb: 'ping' })
  | (AtMongo & { readonly verb: 'inspect'; readonly databases: readonly string[] })
  | CaptureFenceRequest
  | (AtMongo & CheckCopyRequest<MongoAddress>)
  | (Scope & { readonly verb: 'fence'; readonly captured: FenceCapture })
  | (Scope & { readonly verb: 'unfence'; readonly captured: FenceCapture })
  | CopyRequest
  | (AtMongo & { readonly verb: 'hash'; readonly databases: readonly string[] })
  | VerifyRequest
  | (AtMongo & { readonly verb: 'accounting'; readonly run: string })
  | (Scope & { readonly verb: 'supersede' })
  | (Scope & { readonly verb: 'createUsers'; readonly database: string; readonly users: readonly NewUser[] })
  | (Scope & { readonly verb: 'dropUsers'; readonly database: string; readonly users: readonly string[] })
  | (Scope & { readonly verb: 'takeTarget'; readonly from: string; readonly to: string })
  | (Scope & { readonly verb: 'drop'; readonly database: string })
  | (Scope & { readonly verb: 'dropSource'; readonly database: string; readonly expected: HashTotal })
  | (AtMongo & { readonly verb: 'clean'; readonly run: string })
  | MongoBackupRequest;

export type MongoVerb = MongoRequest['verb'];
export type MongoRequestOf<V extends MongoVerb> = Extract<MongoRequest, { readonly verb: V }>;

export interface CaptureFenceRequest extends AtMongo {
  readonly verb: 'captureFence';
  readonly databases: readonly string[];
  /** `name` or `name@database` of users who keep their rights; the copier's own user always does. */
  readonly allowUsers: readonly string[];
  /**
   * `writeBlock` (setUserWriteBlockMode, MongoDB 6.0+) stops the writes of the whole server, other databases included. The copier's own user needs
   * bypassWriteBlockingMode: it writes its notes there meanwhile. Where the server knows no write block: roles, as by default.
   */
  readonly prefer?: 'roles' | 'writeBlock';
}

export interface CopyRequest extends Scope {
  readonly verb: 'copy';
  readonly step: string;
  /** Default: the target's server, `at`. */
  readonly source?: MongoAddress;
  readonly from: string;
  readonly to: string;
  /** A collection above this is cut into `_id` ranges of about this size, where the server can answer them from its index. Default 256 MiB. */
  readonly unitBytes?: number;
  /** Units copied side by side. Default 4. */
  readonly connections?: number;
  /** Of all connections together. Default: as fast as it goes. */
  readonly bytesPerSecond?: number;
  /** The database's own users, with their passwords, and its custom roles, too. */
  readonly accounts?: true;
}

/** Users and roles of one database. */
export interface AccountNames {
  readonly users: readonly string[];
  readonly roles: readonly string[];
}

export interface CopiedAccounts {
  readonly made: AccountNames;
  /** There before; they keep what they had. */
  readonly found: AccountNames;
  /** What a person has to make: one sentence each, with its name. */
  readonly left: readonly string[];
}

export interface VerifyRequest extends AtMongo {
  readonly verb: 'verify';
  /** Default: the target's server, `at`. */
  readonly source?: MongoAddress;
  readonly from: string;
  readonly to: string;
  /** The source's collections as the copy read them: their documents are not read again, only indexes, options and views. */
  readonly copied?: readonly ReadCollection[];
  /** Those that the copy made. */
  readonly accounts?: AccountNames;
}

export interface Capabilities {
  readonly views: boolean;
  /** setUserWriteBlockMode, MongoDB 6.0+. */
  readonly writeBlock: boolean;
  readonly roles: boolean;
  /** `_id` ranges are answered from the index; else each range reads the whole collection. */
  readonly rangeQueriesPushedDown: boolean;
  readonly dbHash: boolean;
  /** A write can name the collection's uuid, so that a copier given up cannot make a dropped collection anew. MongoDB 6.0+. */
  readonly collectionUuid: boolean;
}

export interface PingResult {
  readonly version: string;
  readonly flavor: 'mongodb' | 'ferretdb' | 'other';
  /** The server's own version where it only pretends to be MongoDB. */
  readonly flavorVersion?: string;
  /** Data-bearing members of the replica set; 1 for a server of its own. */
  readonly replicas: number;
  readonly sharded: boolean;
  readonly user?: string;
  readonly capabilities: Capabilities;
}

export interface CollectionInspection {
  readonly name: string;
  readonly type: 'collection' | 'view' | 'timeseries';
  readonly documents: number;
  readonly bytes: number;
  /** Canonical Extended JSON, as are indexes. */
  readonly options: Json;
  readonly indexes: readonly Json[];
}

export interface DatabaseInspection {
  readonly name: string;
  readonly exists: boolean;
  readonly documents: number;
  readonly bytes: number;
  readonly collections: readonly CollectionInspection[];
  readonly users: readonly { readonly name: string; readonly roles: readonly RoleRef[] }[];
  /** What can't be moved and why: a copy is refused. */
  readonly problems: readonly string[];
  /** What a reader should know. */
  readonly notes: readonly string[];
}

export interface FencedUser {
  readonly database: string;
  readonly name: string;
  /** Exactly as they were. */
  readonly roles: readonly RoleRef[];
  /** What is left to the user while fenced. */
  readonly fencedRoles: readonly RoleRef[];
}

/** How writes will be shut out, and what giving them back needs. No secrets. */
export interface FenceCapture {
  /** none: the server has neither; equal hashes before and after are the only proof. */
  readonly method: 'roles' | 'writeBlock' | 'none';
  readonly reason: string;
  readonly users: readonly FencedUser[];
  /** Was the server's write block on already? */
  readonly writeBlocked: boolean;
  /** Other databases that the fence stops, too: a write block is the whole server's. Absent in captures of releases that named none. */
  readonly stops?: readonly string[];
  /** Whom the write block lets through besides, being the copier itself: `copier@admin`. */
  readonly bypass?: string;
  /** Databases with TTL indexes: the server itself deletes there, so its TTL monitor pauses with the fence. */
  readonly ttlMonitor?: { readonly enabled: boolean };
  /** Who can still write. */
  readonly holes: readonly string[];
}

export interface CollectionHash {
  readonly name: string;
  readonly documents: number;
  readonly bytes: number;
  /** 128 bits, hex; independent of the documents' order. */
  readonly hash: string;
  readonly options: Json;
  readonly indexes: readonly Json[];
}

/** A collection whose documents were read before. */
export type ReadCollection = Pick<CollectionHash, 'name' | 'documents' | 'bytes' | 'hash'>;

export interface ViewDefinition {
  readonly name: string;
  /** Canonical Extended JSON of viewOn, pipeline, collation. */
  readonly definition: Json;
}

export interface DatabaseHash {
  readonly database: string;
  readonly documents: number;
  readonly bytes: number;
  /** Over the collections' names and hashes; not over the database's name, indexes or options. */
  readonly hash: string;
  readonly collections: readonly CollectionHash[];
  readonly views: readonly ViewDefinition[];
}

/** What proves two readings of a database equal. Part of every DatabaseHash and of a copy's `source`. */
export type HashTotal = Pick<DatabaseHash, 'documents' | 'hash'>;

export interface CopyResult {
  /** What was read from the source while copying. */
  readonly source: Pick<DatabaseHash, 'database' | 'documents' | 'bytes' | 'hash'> & {
    readonly collections: readonly ReadCollection[];
  };
  readonly units: number;
  /** Units that an earlier attempt had finished. */
  readonly unitsResumed: number;
  readonly indexes: number;
  readonly views: number;
  readonly accounts?: CopiedAccounts;
  readonly seconds: number;
  readonly bytesPerSecond: number;
  readonly accounting: Accounting;
}

export interface CollectionVerdict {
  readonly name: string;
  readonly source?: { readonly documents: number; readonly hash: string };
  readonly target?: { readonly documents: number; readonly hash: string };
  readonly equal: boolean;
  /** Both servers said so themselves, by dbHash; else its documents were read and hashed. */
  readonly byServers?: true;
}

export interface VerifyResult {
  readonly equal: boolean;
  readonly documents: number;
  readonly collections: readonly CollectionVerdict[];
  /** One sentence each. */
  readonly differences: readonly string[];
  /** Which server only stands in for a MongoDB, one sentence each: what it lacks was neither copied nor compared. */
  readonly standIns?: readonly string[];
  readonly source: DatabaseHash;
  readonly target: DatabaseHash;
}

export interface MongoResults extends MongoBackupResults {
  readonly ping: PingResult;
  readonly inspect: {
    /** As people say it: `MongoDB 6.0.5`, `FerretDB 1.24.2`. */
    readonly server: string;
    readonly databases: readonly DatabaseInspection[];
  };
  readonly checkCopy: CopyCheck;
  readonly captureFence: FenceCapture;
  readonly fence: { readonly method: FenceCapture['method']; readonly changed: readonly string[]; readonly holes: readonly string[] };
  readonly unfence: { readonly method: FenceCapture['method']; readonly changed: readonly string[]; readonly missing: readonly string[] };
  readonly copy: CopyResult;
  readonly hash: { readonly databases: readonly DatabaseHash[] };
  readonly verify: VerifyResult;
  readonly accounting: Accounting;
  readonly supersede: { readonly epoch: number };
  readonly createUsers: { readonly created: readonly string[]; readonly updated: readonly string[] };
  readonly dropUsers: { readonly dropped: readonly string[] };
  /** Was there anything of an earlier attempt? */
  readonly takeTarget: { readonly emptied: boolean };
  readonly drop: { readonly dropped: boolean };
  readonly dropSource: { readonly dropped: boolean };
  readonly clean: { readonly cleaned: boolean };
}
