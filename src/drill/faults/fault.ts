import type { RawKube } from '../../adapters/kube/kube.js';
import type { Power } from '../../adapters/power/power.js';
import type { Fault as Wanted } from '../../model/drill.js';
import type { Pod } from '../../model/kube-object.js';
import type { Member } from '../members.js';
import type { Peer } from '../wire.js';

/** What faults work with. */
export interface Tools {
  readonly kube: RawKube;
  readonly power: Power | undefined;
  /** The hand on a node, once it answers. */
  readonly handOn: (node: string) => Promise<Peer>;
}

/** held: as planned · over: it is over by its nature · ended: it ended before its time, by whom is said. */
export type Held = { readonly state: 'held' } | { readonly state: 'over' } | { readonly state: 'ended'; readonly why: string };

/**
 * One kind of fault on one member. What `capture` answers is plain data: the guard holds it, and can take the fault back with nothing else.
 * `C` is what was captured.
 */
export interface FaultKindOf<C> {
  /** Reads what the fault needs and what its revert needs; opens nothing that the fault could close. */
  capture(member: Member, fault: Wanted): Promise<C>;
  inject(captured: C): Promise<void>;
  /** Why the fault is not there, if it is not: asked until it is, for a few seconds. */
  whyNotProved(captured: C): Promise<string | undefined>;
  held(captured: C): Promise<Held>;
  /** Frees pods that hang on what the fault took away, as far as it is proved to be away. True where something was done. */
  free?(captured: C, pods: readonly Pod[]): Promise<boolean>;
  /** Safe to repeat, safe if it was never injected. Settles once it is proved. */
  revert(captured: C): Promise<void>;
}

export type AnyFault = FaultKindOf<unknown>;
