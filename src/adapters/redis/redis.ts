import type { RedisAddress } from '../../model/copier-redis.js';

/** A key's name: any bytes. */
export type RedisKey = Buffer;

/** Who answers. */
export interface RedisServer {
  readonly make: 'Redis' | 'Valkey';
  /** Of Redis, or that Valkey speaks as. */
  readonly version: string;
  /** Valkey's own. */
  readonly valkeyVersion?: string;
  readonly mode: 'standalone' | 'cluster' | 'sentinel';
  /** Set on a replica: `redis-master:6379`. */
  readonly replicaOf?: string;
  /** The policy by which it evicts keys that nobody gave a time to live, where its memory is limited. */
  readonly evicts?: string;
}

/** One key, and where it goes. */
export interface KeyNames {
  readonly key: RedisKey;
  /** Where it is set aside. */
  readonly aside: RedisKey;
  /** Where one of the same name goes that was made since; it expires there. */
  readonly newer: RedisKey;
}

/** superseded: the run is in another epoch, and nothing was changed. gone: there was nothing to move. newer: moved, and one of its name was made since. */
export type Moved = 'moved' | 'newer' | 'gone' | 'superseded';

/** In which name and epoch of a run something is written. */
export interface RedisFence {
  readonly run: string;
  readonly epoch: number;
}

/**
 * The little that setting keys aside needs of a Redis-speaking server. What writes looks at the run's epoch and writes at one blow. Failures are those of
 * src/errors.ts, without secrets and without names of keys.
 */
export interface Redis {
  describe(): Promise<RedisServer>;
  /** One round of a search: `0` begins it, and ends it. May answer a key more than once. */
  scan(cursor: string, pattern: string | Buffer): Promise<{ readonly cursor: string; readonly keys: readonly RedisKey[] }>;
  /** Raises the run's epoch where it is lower, and answers what it is. Kept for a month after the last who asked. */
  raiseEpoch(fence: RedisFence): Promise<number>;
  /** 0 where the run is not known, or was forgotten. */
  epoch(run: string): Promise<number>;
  /** Value, type and time to live stay. Where one of this name is set aside already, that one stays, and the key goes to `newer`. */
  setAside(fence: RedisFence, names: KeyNames): Promise<Moved>;
  /** The way back. What has the name by then goes to `newer`. */
  putBack(fence: RedisFence, names: KeyNames): Promise<Moved>;
  /** Answers how many were there. */
  drop(fence: RedisFence, keys: readonly RedisKey[]): Promise<number | 'superseded'>;
  /** The run's epoch, too. Whoever writes for it afterwards is superseded. */
  forget(fence: RedisFence): Promise<void>;
  close(): Promise<void>;
}

export type ConnectRedis = (address: RedisAddress) => Promise<Redis>;

/** What rehelm keeps in a Redis begins so. */
export const ownPrefix = 'rehelm.dev/';

/** Where a run keeps its epoch. */
export const epochKey = (run: string): string => `${ownPrefix}${run}`;

/** For as long as this what was made anew is kept, and a run's epoch known, in seconds. */
export const keepSeconds = 30 * 86_400;
