import type { MongoRequest, MongoResults } from './copier-mongo.js';
import type { PostgresRequest, PostgresResults } from './copier-postgres.js';
import type { RedisRequest, RedisResults } from './copier-redis.js';
import type { DataResult } from './private-server.js';
import type { Space } from './space.js';

/** What the copier is asked to do, by engine and verb. */
export type CopierRequest = MongoRequest | PostgresRequest | RedisRequest;
export type CopierVerb = CopierRequest['verb'];
export type ResultOf<R extends CopierRequest> = R extends { readonly engine: 'mongodb'; readonly verb: infer V extends keyof MongoResults }
  ? MongoResults[V]
  : R extends { readonly engine: 'postgresql'; readonly verb: infer V extends keyof PostgresResults }
    ? PostgresResults[V]
    : R extends { readonly engine: 'redis'; readonly verb: infer V extends keyof RedisResults }
      ? RedisResults[V]
      : never;

/** On whose behalf a verb writes. The server keeps the highest epoch it has seen of a run; an older one is refused as Superseded. */
export interface RunScope<Address> {
  readonly at: Address;
  readonly run: string;
  readonly epoch: number;
}

/** `at` is the target. */
export interface CheckCopyRequest<Address> {
  readonly verb: 'checkCopy';
  readonly at: Address;
  /** Default: the target's server. */
  readonly source?: Address;
  readonly databases: readonly { readonly from: string; readonly to: string }[];
}

export interface CopyCheck {
  /** As they were asked for. */
  readonly databases: readonly {
    readonly from: string;
    readonly to: string;
    /** Why the target's server cannot take it, one sentence each; lack of space aside. */
    readonly problems: readonly string[];
    readonly space: Space;
  }[];
}

/** bytesCopiedTwice = sum over attempts − sum over units. Bytes are those of documents read from the source. */
export interface Accounting {
  readonly units: number;
  readonly unitsDone: number;
  readonly attempts: number;
  readonly bytes: number;
  readonly bytesCopiedTwice: number;
  /** Of those, what the pod that lost most had read: what its death cost. */
  readonly mostBytesOfOnePod: number;
}

export interface CopierProgress {
  readonly phase: 'plan' | 'copy' | 'indexes' | 'hash' | 'dump' | 'store' | 'fetch' | 'restore';
  readonly unit?: string;
  readonly unitsDone: number;
  readonly unitsTotal: number;
  /** Documents or rows. */
  readonly records: number;
  readonly bytes: number;
  /** The server's own estimate. */
  readonly totalBytes: number;
  readonly bytesPerSecond: number;
  readonly secondsLeft?: number;
  /** That go on, where a guard watches the source. */
  readonly connections?: number;
  /** Why not all of them do. */
  readonly slowedBy?: string;
}

/** One line of the copier's standard output. `type` is one of src/errors.ts. */
export type CopierLine =
  | { readonly progress: CopierProgress }
  | { readonly result: ResultOf<CopierRequest> | DataResult }
  | { readonly failure: { readonly type: string; readonly message: string; readonly details?: unknown } };
