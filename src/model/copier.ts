import type { MongoRequest, MongoResults } from './copier-mongo.js';
import type { PostgresRequest, PostgresResults } from './copier-postgres.js';
import type { RedisRequest, RedisResults } from './copier-redis.js';
import type { DataResult } from './private-server.js';

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
