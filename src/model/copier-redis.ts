import type { RunScope } from './copier-requests.js';

/** Where a Redis or Valkey server is and who we are there. Holds a secret: it travels in a Secret only, never through Temporal. */
export interface RedisAddress {
  readonly host: string;
  /** Default 6379. */
  readonly port?: number;
  /** The number of the logical database. Default 0. */
  readonly database?: number;
  /** An ACL user, Redis 6.0+. Default: the server's own, `default`. */
  readonly user?: string;
  /** Absent, or empty without a user: the server asks for none. */
  readonly password?: string;
  readonly tls?: {
    /** PEM of the authorities to trust. */
    readonly ca?: string;
    /** Accept any certificate. */
    readonly insecure?: true;
  };
}

/** Which keys are meant, and how many of them there may be. */
export interface RedisKeysWish {
  /** As SCAN takes them; keys of rehelm itself never match. */
  readonly patterns: readonly string[];
  /** Of each pattern. */
  readonly atLeast: number;
  /** Of all patterns together, each key once; up to `mostKeysKnown`. */
  readonly atMost: number;
}

/** A search goes no further: so many keys are a wrong pattern. */
export const mostKeysKnown = 10_000;

interface AtRedis {
  readonly engine: 'redis';
  readonly at: RedisAddress;
}

type Scope = AtRedis & RunScope<RedisAddress>;

/** `step` tells apart what several steps of one run set aside on one server. */
type StepScope = Scope & { readonly step: string };

export type RedisRequest =
  | (AtRedis & { readonly verb: 'count'; readonly patterns: readonly string[] })
  | (StepScope & RedisKeysWish & { readonly verb: 'setAside' })
  | (StepScope & { readonly verb: 'putBack' })
  | (Scope & { readonly verb: 'dropAside' });

export type RedisVerb = RedisRequest['verb'];
export type RedisRequestOf<V extends RedisVerb> = Extract<RedisRequest, { readonly verb: V }>;

/** Numbers only: a key's name may be somebody's session or address. */
export interface MatchedKeys {
  readonly pattern: string;
  readonly keys: number;
}

export interface CountedKeys {
  readonly patterns: readonly MatchedKeys[];
  /** Of all patterns, each key once. */
  readonly keys: number;
  /** There were more than `mostKeysKnown`; nobody has counted on. */
  readonly andMore?: true;
}

export interface RedisResults {
  readonly count: CountedKeys & {
    /** As people say it: `Redis 7.0.15`. */
    readonly server: string;
    /** What a reader should know. */
    readonly notes: readonly string[];
  };
  readonly setAside: Pick<CountedKeys, 'patterns'> & {
    /** Keys that this step has set aside, in this attempt or before. */
    readonly setAside: number;
    /** Made anew since an earlier attempt had set one of the same name aside: kept for a while beside it. */
    readonly newer: number;
    readonly notes: readonly string[];
  };
  readonly putBack: {
    readonly putBack: number;
    /** Whose name was taken meanwhile: the newer one is kept for a while beside it. */
    readonly newer: number;
  };
  readonly dropAside: { readonly dropped: number };
}
