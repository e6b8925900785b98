import type { RunScope } from './copier-requests.js';
import type { CopiedRoles, PostgresServer, PostgresVerifyResult, WriteHorizon } from './postgres-facts.js';

/** `at` is the target. */
export interface PrecopyDatabases {
  readonly engine: 'postgresql';
  readonly at: PostgresServer;
  /** As the copier reaches it, and the target's server, too: that one fetches the rows by itself. */
  readonly source: PostgresServer;
  readonly from: string;
  readonly to: string;
}

type Scoped = PrecopyDatabases & RunScope<PostgresServer>;

export type PrecopyRequest =
  | (PrecopyDatabases & { readonly verb: 'checkPrecopy' })
  | PrecopyBegin
  | PrecopyGuard
  | (Scoped & { readonly verb: 'drainPrecopy' })
  | PrecopyProof
  | (Scoped & { readonly verb: 'abortPrecopy' });

export interface PrecopyBegin extends Scoped {
  readonly verb: 'precopy';
  readonly step: string;
  /** WAL that the slot may keep on the source's disk. Above it the slot goes, and what was copied ahead is lost. */
  readonly slotLimitBytes: number;
  /** No slot is made before a guard looks at the source. */
  readonly guarded?: true;
}

/** `at` is the source: the guard needs nobody else. */
export interface PrecopyGuard {
  readonly engine: 'postgresql';
  readonly verb: 'guardPrecopy';
  readonly at: PostgresServer;
  readonly run: string;
  readonly from: string;
  readonly to: string;
  readonly slotLimitBytes: number;
  /** Between two looks. Default 5. */
  readonly everySeconds?: number;
  /** The guard is there before the slot. Default 900. */
  readonly appearsWithinSeconds?: number;
}

export interface PrecopyProof extends PrecopyDatabases {
  readonly verb: 'provePrecopy';
  /** The target as the drain left it: whoever wrote since took the proof away. */
  readonly horizon: WriteHorizon;
  /** Whose roles have to be the source's in everything. Absent: as if it had made none. */
  readonly run?: string;
  /** Parts hashed side by side on each side. Default 2. */
  readonly connections?: number;
}

export interface PrecopyResult {
  readonly tables: number;
  /** Of tables on the source. */
  readonly bytes: number;
  /** Indexes, constraints and foreign keys built ahead. */
  readonly definitions: number;
  readonly roles: CopiedRoles;
  /** WAL that the target had still to take. */
  readonly lagBytes: number;
  readonly seconds: number;
}

export interface DrainResult {
  /** WAL that was still under way when the writers were out. */
  readonly lagBytes: number;
  readonly waitedSeconds: number;
  readonly sequences: number;
  /** Triggers, rules, policies, materialized views: what must not act before. */
  readonly definitions: number;
  /** Once nothing of the run is left on the source. */
  readonly source: { readonly database: string; readonly horizon: WriteHorizon };
  readonly target: { readonly database: string; readonly horizon: WriteHorizon };
  readonly seconds: number;
}

export interface PrecopyResults {
  /** One sentence each: why it cannot be done as things are. */
  readonly checkPrecopy: { readonly problems: readonly string[] };
  readonly precopy: PrecopyResult;
  /** Ends when the slot is gone, whoever took it; `lost` says that the guard did, and why. */
  readonly guardPrecopy: { readonly lost: string | null };
  readonly drainPrecopy: DrainResult;
  readonly provePrecopy: PostgresVerifyResult;
  readonly abortPrecopy: { readonly dropped: boolean; readonly rolesLeft: readonly string[] };
}
