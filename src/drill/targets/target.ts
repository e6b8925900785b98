import type { FinalRead, MemberSample } from '../../model/drill.js';

/** Who took a write. */
export interface Taken {
  readonly server?: string;
  readonly timeline?: number;
}

/** One user's connection. */
export interface Writer {
  /** Sends one write. RefusedWrite where it was certainly not done; anything else that is thrown leaves it unknown. */
  write(id: number): Promise<Taken>;
  /** Ends it at once. */
  drop(): void;
}

/** The write was not done, for certain: the server said so. */
export class RefusedWrite extends Error {}

export interface Sample {
  readonly members: readonly MemberSample[];
  /** Every member is there, one of them primary, all others follow it. */
  readonly redundant: boolean;
}

/** One kind of thing that is drilled; a file each. */
export interface Target {
  /** Makes what the writers write to. Safe to repeat. */
  prepare(): Promise<void>;
  openWriter(): Promise<Writer>;
  /** Asks each member directly; whoever does not answer in time is silent. */
  look(): Promise<Sample>;
  /** Why an acknowledged write is not on two members for certain, one sentence each; read before the fault and on the new primary after it. */
  whyNotStrict(): Promise<readonly string[]>;
  /** What each member holds, once its replay has what the primary has flushed. Empty where nothing is held. */
  finalReads(): Promise<readonly FinalRead[]>;
  /** What is amiss beside the members themselves, one sentence each: before the drill nothing is. */
  troubles(): Promise<readonly string[]>;
  /** Settings and leftovers that must be afterwards as they were, one line each. */
  facts(): Promise<readonly string[]>;
  /** Removes what `prepare` made. Safe to repeat. */
  remove(): Promise<void>;
  close(): void;
}
