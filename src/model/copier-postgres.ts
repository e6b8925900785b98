import type { PostgresBackupRequest, PostgresBackupResults } from './copier-postgres-backup.js';
import type { PrecopyRequest, PrecopyResults } from './copier-postgres-precopy.js';
import type { Accounting, CheckCopyRequest, CopyCheck, RunScope } from './copier-requests.js';
import type { CopiedRoles, PostgresServer, PostgresVerifyResult, WriteHorizon } from './postgres-facts.js';

interface AtPostgres {
  readonly engine: 'postgresql';
  readonly at: PostgresServer;
}

type Scope = AtPostgres & RunScope<PostgresServer>;

export type PostgresRequest =
  | (AtPostgres & { readonly verb: 'ping' })
  | (AtPostgres & { readonly verb: 'listDatabases' })
  | (AtPostgres & { readonly verb: 'inspect'; readonly databases: readonly string[] })
  | (AtPostgres & { readonly verb: 'captureFence'; readonly databases: readonly string[] })
  | (AtPostgres & CheckCopyRequest<PostgresServer>)
  | (Scope & { readonly verb: 'fence'; readonly captured: PostgresFenceCapture })
  | (Scope & { readonly verb: 'unfence'; readonly captured: PostgresFenceCapture })
  | PostgresCopyRequest
  | PostgresVerifyRequest
  | PrecopyRequest
  | (AtPostgres & { readonly verb: 'changedSince'; readonly databases: readonly { readonly name: string; readonly horizon: WriteHorizon }[] })
  | (AtPostgres & { readonly verb: 'accounting'; readonly run: string; readonly database: string })
  | (Scope & { readonly verb: 'supersede' })
  | (Scope & { readonly verb: 'drop'; readonly database: string })
  | (Scope & { readonly verb: 'release'; readonly databases: readonly string[] })
  | (AtPostgres & { readonly verb: 'clean'; readonly run: string })
  | AwaitStandbysRequest
  | PostgresBackupRequest;

export type PostgresVerb = PostgresRequest['verb'];
export type PostgresRequestOf<V extends PostgresVerb> = Extract<PostgresRequest, { readonly verb: V }>;

/** `at` leads to the primary. */
export interface AwaitStandbysRequest extends AtPostgres {
  readonly verb: 'awaitStandbys';
  readonly standbys: number;
  /** What users' writes come through. */
  readonly pooler?: { readonly at: PostgresServer; readonly database: string };
  /** After this it answers with what is missing. */
  readonly waitSeconds: number;
}

/** `at` is the target. */
export interface PostgresCopyRequest extends Scope {
  readonly verb: 'copy';
  readonly step: string;
  /** Default: the target's server. */
  readonly source?: PostgresServer;
  readonly from: string;
  readonly to: string;
  /** A table above this is cut into ranges of about this size. Default: so that every connection has two, between 64 and 256 MiB. */
  readonly unitBytes?: number;
  /** Units copied side by side. Default 4. */
  readonly connections?: number;
  /** Of all connections together. Default: as fast as it goes. */
  readonly bytesPerSecond?: number;
  /** Default: a guard with its own limits. `off`: the source may suffer. */
  readonly guard?: SourceGuardWish | 'off';
}

/** How much worse than before the copy a source may do before connections are taken off it. */
export interface SourceGuardWish {
  /** Its answer to a trivial question, while others are connected. Default 100. */
  readonly replyMs?: number;
  /** Sessions of others that wait for its disk or memory. Default 4. */
  readonly waitingSessions?: number;
  /** The standby furthest behind. Default 10. */
  readonly standbyLagSeconds?: number;
}

/** What a guard did. */
export interface SourceGuardAccount {
  readonly fewestConnections: number;
  /** Time in which not all connections went on. */
  readonly slowedSeconds: number;
  /** `slow answers`, `waiting sessions`, `standbys behind`. */
  readonly because: readonly string[];
}

/** `at` is the target. */
export interface PostgresVerifyRequest extends AtPostgres {
  readonly verb: 'verify';
  readonly source?: PostgresServer;
  readonly from: string;
  readonly to: string;
  /** Whose roles have to be the source's in everything. Absent: as if it had made none. */
  readonly run?: string;
  /** Parts hashed side by side on each side. Default 2. */
  readonly connections?: number;
}

export interface PostgresPing {
  /** As the server tells it: `15.18`. */
  readonly version: string;
  readonly major: number;
  /** A standby: it refuses every write. */
  readonly inRecovery: boolean;
  readonly user: string;
  readonly superuser: boolean;
  readonly createDatabases: boolean;
  /** Of its data directory, as initdb chose it: a physical copy has the same one. */
  readonly systemIdentifier: string;
}

export interface TableInspection {
  readonly schema: string;
  readonly name: string;
  /** Of heap and TOAST. */
  readonly bytes: number;
  /** The planner's estimate. */
  readonly rows: number;
}

export interface PostgresDatabaseInspection {
  readonly name: string;
  readonly exists: boolean;
  /** With indexes. */
  readonly bytes: number;
  readonly encoding: string;
  readonly collation: string;
  readonly owner: string;
  /** Of users; partitioned ones by their partitions. */
  readonly tables: readonly TableInspection[];
  readonly extensions: readonly { readonly name: string; readonly version: string }[];
  readonly largeObjects: number;
  /** `schema.table`. */
  readonly unloggedTables: readonly string[];
  readonly foreignTables: readonly string[];
  readonly replicationSlots: readonly string[];
  /** Where something of it lies, but for the server's own. */
  readonly tablespaces: readonly string[];
  /** Who owns or was granted something in it. */
  readonly roles: readonly string[];
  /** What can't be moved and why: a copy is refused. */
  readonly problems: readonly string[];
  /** What a reader should know. */
  readonly notes: readonly string[];
}

export interface FencedDatabase {
  readonly name: string;
  /** -1: none. */
  readonly connectionLimit: number;
  /** `default_transaction_read_only` of the database as it was; null where it was not set. */
  readonly readOnly: string | null;
}

/** How writers will be shut out of databases of a server that goes on, and what giving them back needs. */
export interface PostgresFenceCapture {
  readonly method: 'connections';
  readonly databases: readonly FencedDatabase[];
  /** Who can still write. */
  readonly holes: readonly string[];
}

export interface PostgresCopyResult {
  readonly source: { readonly database: string; readonly rows: number; readonly bytes: number; readonly tables: number };
  /** After the copy; a write since its beginning fails it as SourceChanged. */
  readonly horizon: WriteHorizon;
  readonly units: number;
  /** Units that an earlier attempt had finished. */
  readonly unitsResumed: number;
  /** Indexes, constraints, triggers and whatever else comes after the data. */
  readonly definitions: number;
  readonly sequences: number;
  readonly roles: CopiedRoles;
  readonly seconds: number;
  readonly bytesPerSecond: number;
  /** Absent where it was off. */
  readonly guard?: SourceGuardAccount;
  readonly accounting: Accounting;
}

export interface PostgresResults extends PrecopyResults, PostgresBackupResults {
  readonly ping: PostgresPing;
  readonly inspect: {
    /** As people say it: `PostgreSQL 15.18`. */
    readonly server: string;
    readonly major: number;
    readonly systemIdentifier: string;
    /** Databases of the server, asked for or not, with unlogged relations: a start in recovery empties those. */
    readonly unlogged: readonly string[];
    /** Databases of users that were not asked for. */
    readonly others: readonly string[];
    readonly databases: readonly PostgresDatabaseInspection[];
  };
  readonly checkCopy: CopyCheck;
  readonly captureFence: PostgresFenceCapture;
  readonly fence: { readonly changed: readonly string[]; readonly ended: number; readonly holes: readonly string[] };
  readonly unfence: { readonly changed: readonly string[]; readonly missing: readonly string[] };
  readonly copy: PostgresCopyResult;
  readonly verify: PostgresVerifyResult;
  readonly changedSince: { readonly changed: readonly string[] };
  readonly accounting: Accounting;
  readonly supersede: { readonly epoch: number };
  /** Roles that the copy made and that own something elsewhere by now. */
  readonly drop: { readonly dropped: boolean; readonly rolesLeft: readonly string[] };
  readonly release: { readonly released: readonly string[] };
  readonly clean: { readonly cleaned: boolean };
  /** Names of those that stream and have replayed what the primary had written when it was asked; one sentence for whatever is missing. */
  readonly awaitStandbys: { readonly following: readonly string[]; readonly missing: readonly string[] };
}
