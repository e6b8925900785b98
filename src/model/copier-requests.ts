import type { Space } from './space.js';

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
